using System.Globalization;
using Haul.Agent.Routes;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;

namespace Haul.Agent.Streams;

/// <summary>GET /v1/events: what happens to jobs.</summary>
/// <param name="jobs">The jobs.</param>
/// <param name="place">What streams share.</param>
/// <param name="epoch">Names this run of the agent: numbers of events of another run mean nothing here.</param>
sealed class JobEventStreams(JobManager jobs, StreamPlace place, string epoch)
{
    public async Task RunAsync(HttpContext http)
    {
        if (Listener(http) is not { Succeeded: true, Value: var listener })
        {
            await http.FailAsync(Listener(http).Failure!);
            return;
        }
        using var stream = await EventStream.OpenAsync(http, place);
        if (stream is not null)
            await TellAsync(stream, listener);
    }

    Outcome<JobListener> Listener(HttpContext http)
    {
        Guid? job = null;
        if (http.Request.Query["job"].ToString() is { Length: > 0 } text)
        {
            var named = Calls.ParseId(text);
            if (named.Succeeded && jobs.Get(http.Caller(), named.Value) is { Succeeded: false } hidden)
                named = hidden.Failure;
            if (!named.Succeeded)
                return named.Failure;
            job = named.Value;
        }
        var listener = new JobListener(jobs, http.Caller(), job);
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        return SequenceOf(last) is { } heard ? listener.After(heard) : listener.FromThePresent(evenFinal: last.Length > 0);
    }

    /// <summary>The number in an id of this run, or null.</summary>
    long? SequenceOf(string id) =>
        id.StartsWith(epoch + "-", StringComparison.Ordinal) && long.TryParse(id.AsSpan(epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : null;

    async Task TellAsync(EventStream stream, JobListener listener)
    {
        try
        {
            await stream.FlushAsync();
            while (true)
                await TellNextAsync(stream, listener);
        }
        catch (OperationCanceledException) when (stream.Closed.IsCancellationRequested)
        {
            // The reader is gone, or everything is said and the agent stops.
        }
    }

    async Task TellNextAsync(EventStream stream, JobListener listener)
    {
        var happened = await stream.NextAsync(listener.NextAsync(stream.Closed));
        foreach (var each in happened)
        {
            // Until each job has been told, there is no place to go on from.
            var id = each.Kind == JobEventKind.Present ? null : IdOf(each.Sequence);
            stream.Write(each.Kind.ToString(), id, each, ProtocolJson.Default.JobEvent);
        }
        if (listener.Position is { } position && (happened.Count == 0 || happened[^1].Kind == JobEventKind.Present))
            stream.WriteId(IdOf(position));
        await stream.FlushAsync();
    }

    string IdOf(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{epoch}-{sequence}");
}
