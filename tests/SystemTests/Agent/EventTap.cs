using System.Text.Json;
using Haul.Protocol.Api;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>A stream of server-sent events as a test reads it, line by line.</summary>
sealed class EventTap : IAsyncDisposable
{
    readonly HttpClient _http;
    readonly HttpResponseMessage _response;
    readonly StreamReader _lines;
    readonly CancellationTokenSource _patience = new(RunningProgram.Patience);

    EventTap(HttpClient http, HttpResponseMessage response, StreamReader lines) => (_http, _response, _lines) = (http, response, lines);

    /// <summary>The last id that came.</summary>
    public string? LastId { get; private set; }

    public int Status => (int)_response.StatusCode;

    public static async Task<EventTap> OpenAsync(string socketPath, string path, string? lastId = null)
    {
        var http = ApiAnswer.ClientOf(socketPath);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new EventTap(http, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async Task<string> ReadLineAsync() => await _lines.ReadLineAsync(_patience.Token) ?? throw new EndOfStreamException("The stream of events has ended.");

    /// <summary>The name and data of the next event; both empty for an id alone.</summary>
    public async Task<(string Kind, string Data)> NextAsync()
    {
        var (kind, data) = ("", "");
        var any = false;
        while (await ReadLineAsync() is var line && (line.Length > 0 || !any))
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                LastId = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            any |= line.Length > 0 && line[0] != ':';
        }
        return (kind, data);
    }

    /// <summary>The next event of a job.</summary>
    public async Task<JobEvent> NextJobAsync()
    {
        while (true)
        {
            var (kind, data) = await NextAsync();
            if (data.Length == 0)
                continue;
            var e = JsonSerializer.Deserialize(data, ProtocolJson.Default.JobEvent)!;
            Assert.Equal(kind, e.Kind.ToString());
            return e;
        }
    }

    public async Task<JobEvent> WaitForAsync(Predicate<JobEvent> isWanted)
    {
        while (true)
        {
            if (await NextJobAsync() is var e && isWanted(e))
                return e;
        }
    }

    /// <summary>Reads up to where the stream is up to date with the jobs as they are.</summary>
    public async Task<IReadOnlyList<JobEvent>> PresentAsync()
    {
        var present = new List<JobEvent>();
        while (await NextAsync() is { Data.Length: > 0 } next)
        {
            Assert.Equal(nameof(JobEventKind.Present), next.Kind);
            present.Add(JsonSerializer.Deserialize(next.Data, ProtocolJson.Default.JobEvent)!);
        }
        return present;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        _http.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }
}
