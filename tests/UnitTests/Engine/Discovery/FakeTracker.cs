using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Haul.Engine.Discovery;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>A tracker that answers as it is told.</summary>
sealed class FakeTracker : HttpMessageHandler
{
    readonly Channel<TrackerAnnounce> _announces = Channel.CreateUnbounded<TrackerAnnounce>();

    /// <summary>What it answers to the next calls.</summary>
    public Func<TrackerAnnounce, HttpResponseMessage> Answer { get; set; } = said => Ok(300, said);

    /// <summary>The Authorization of the last call.</summary>
    public string? Authorization { get; private set; }

    public Uri? Called { get; private set; }

    /// <summary>The next announce that comes.</summary>
    public async Task<TrackerAnnounce> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        return await _announces.Reader.ReadAsync(patience.Token);
    }

    public static HttpResponseMessage Json(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    /// <summary>The swarms again, and in each of them the peers given.</summary>
    public static HttpResponseMessage Ok(int interval, TrackerAnnounce said, string peers = "") =>
        Json($$"""{"interval":{{interval}},"swarms":[{{string.Join(',', said.Swarms.Select(swarm => $$"""{"id":"{{swarm.Id}}","complete":0,"incomplete":1,"peers":[{{peers}}]}"""))}}]}""");

    public static string Peer(int number, params string[] addresses) =>
        $$"""{"peer":"{{number:x32}}","port":7000,"addresses":[{{string.Join(',', addresses.Select(address => $"\"{address}\""))}}]}""";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Authorization = request.Headers.TryGetValues("Authorization", out var values) ? values.Single() : null;
        Called = request.RequestUri;
        var said = JsonSerializer.Deserialize(await request.Content!.ReadAsByteArrayAsync(cancellationToken), TrackerJson.Default.TrackerAnnounce)!;
        var answer = Answer(said);
        _announces.Writer.TryWrite(said);
        return answer;
    }
}
