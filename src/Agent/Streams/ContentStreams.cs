using Haul.Agent.Routes;
using Haul.Engine.Jobs;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Haul.Agent.Streams;

/// <summary>Answers with the bytes of a file, as fast as they come and are taken.</summary>
sealed class ContentStreams(StreamPlace place)
{
    /// <summary>Bytes that are read and sent at once: a piece.</summary>
    const int ChunkBytes = 1 << 20;

    /// <summary>Sends what there is until there is no more; a failure on the way breaks the answer off, so that nobody takes its front for the whole.</summary>
    public async Task SendAsync(HttpContext http, FileContent content)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, place.Ended);
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "application/octet-stream";
        using (content)
        {
            try
            {
                if (await CopyAsync(content, http.Response.Body, closed.Token) is { } failure)
                    await BreakAsync(http, failure);
            }
            catch (OperationCanceledException) when (closed.IsCancellationRequested)
            {
                // The reader is gone, or the agent stops before the end: no end is told.
                http.Abort();
            }
        }
    }

    /// <summary>Returns at the end, or with why there will be none.</summary>
    static async Task<Failure?> CopyAsync(FileContent content, Stream body, CancellationToken cancel)
    {
        var chunk = new byte[ChunkBytes];
        while (true)
        {
            var read = await content.ReadAsync(chunk, cancel);
            if (!read.Succeeded || read.Value == 0)
                return read.Failure;
            await body.WriteAsync(chunk.AsMemory(0, read.Value), cancel);
        }
    }

    static Task BreakAsync(HttpContext http, Failure failure)
    {
        if (!http.Response.HasStarted)
            return http.FailAsync(failure);
        http.Abort();
        return Task.CompletedTask;
    }
}
