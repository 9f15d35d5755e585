using Haul.Agent.Connections;
using Haul.Agent.Streams;
using Haul.Engine.Downloads;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Routes;

/// <summary>The calls about downloads.</summary>
sealed class DownloadRoutes(DownloadCalls downloads, StreamPlace place, ContentStreams contents)
{
    /// <summary>How long a call waits for a state to be left; whoever wants to wait longer asks again.</summary>
    static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    static readonly ProtocolJson _json = ProtocolJson.Default;

    public void AddTo(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/downloads", CreateAsync);
        routes.MapGet("/v1/downloads", ListAsync);
        routes.MapGet("/v1/downloads/{id}", JobRoutes.OnJob((http, id) => http.ReplyAsync(downloads.Status(http.Caller(), id), _json.DownloadStatus)));
        routes.MapPost("/v1/downloads/{id}/start", JobRoutes.OnJob(StartAsync));
        (string Verb, Func<Caller, Guid, Task<Outcome<DownloadStatus>>> Operation)[] operations =
            [("pause", downloads.PauseAsync), ("abort", downloads.AbortAsync), ("finalize", downloads.FinalizeAsync)];
        foreach (var (verb, operation) in operations)
            routes.MapPost($"/v1/downloads/{{id}}/{verb}", JobRoutes.OnJob(async (http, id) => await http.ReplyAsync(await operation(http.Caller(), id), _json.DownloadStatus)));
        routes.MapGet("/v1/downloads/{id}/properties/{name}", JobRoutes.OnJob(async (http, id) => await http.ReplyAsync(await downloads.GetAsync(http.Caller(), id, NameIn(http)), _json.DownloadPropertyValue)));
        routes.MapPut("/v1/downloads/{id}/properties/{name}", JobRoutes.OnJob(SetAsync));
        routes.MapGet("/v1/downloads/{id}/wait", JobRoutes.OnJob((http, id) => place.HoldAsync(http, () => WaitAsync(http, id)))).WithMetadata(StreamMark.Set);
        routes.MapGet("/v1/downloads/{id}/content", JobRoutes.OnJob((http, id) => place.HoldAsync(http, () => SendContentAsync(http, id)))).WithMetadata(StreamMark.Set);
    }

    static string NameIn(HttpContext http) => (string)http.GetRouteValue("name")!;

    async Task CreateAsync(HttpContext http)
    {
        var asked = await http.ReadAsync(_json.CreateDownload);
        var made = asked.Succeeded ? await downloads.CreateAsync(http.Caller(), asked.Value) : asked.Failure;
        if (made.Succeeded)
            http.Response.Headers.Location = $"/v1/downloads/{made.Value.Id}";
        await http.ReplyAsync(made, _json.DownloadStatus, StatusCodes.Status201Created);
    }

    Task ListAsync(HttpContext http) =>
        http.ReplyAsync(downloads.List(http.Caller(), Word(http, "property"), Word(http, "value")), _json.IReadOnlyListDownloadStatus);

    static string? Word(HttpContext http, string name) => http.Request.Query.TryGetValue(name, out var words) ? words.ToString() : null;

    async Task StartAsync(HttpContext http, Guid id)
    {
        var asked = await http.ReadAsync(_json.StartDownload);
        await http.ReplyAsync(asked.Succeeded ? await downloads.StartAsync(http.Caller(), id, asked.Value) : asked.Failure, _json.DownloadStatus);
    }

    async Task SetAsync(HttpContext http, Guid id)
    {
        var asked = await http.ReadAsync(_json.DownloadPropertyValue);
        await http.ReplyAsync(asked.Succeeded ? await downloads.SetAsync(http.Caller(), id, NameIn(http), asked.Value.Value) : asked.Failure, _json.DownloadStatus);
    }

    /// <summary>Answers when the download has left a state, or after a while with what it still is.</summary>
    async Task WaitAsync(HttpContext http, Guid id)
    {
        if (!Enum.TryParse<DownloadState>(Word(http, "while"), ignoreCase: true, out var left) || !Enum.IsDefined(left))
        {
            await http.FailAsync(new Failure(E_INVALIDARG, "Name the state to wait out, as in ?while=Transferring"));
            return;
        }
        using var late = new CancellationTokenSource(WaitMax, place.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, place.Ended, late.Token);
        Outcome<DownloadStatus> status;
        try
        {
            status = await downloads.WaitAsync(http.Caller(), id, left, over.Token);
        }
        catch (OperationCanceledException)
        {
            status = downloads.Status(http.Caller(), id);
        }
        await http.ReplyAsync(status, _json.DownloadStatus);
    }

    Task SendContentAsync(HttpContext http, Guid id)
    {
        var content = downloads.OpenContent(http.Caller(), id);
        return content.Succeeded ? contents.SendAsync(http, content.Value) : http.FailAsync(content.Failure);
    }
}
