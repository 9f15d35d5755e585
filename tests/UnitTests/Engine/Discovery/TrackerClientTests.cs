using System.Net;
using System.Threading.Channels;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>An agent's word to a tracker over time.</summary>
public sealed class TrackerClientTests : IAsyncDisposable
{
    readonly FakeTracker _tracker = new();
    readonly FakeTimeProvider _time = new();
    readonly Channel<(SwarmId Swarm, IReadOnlyList<PeerSighting> Sightings)> _found = Channel.CreateUnbounded<(SwarmId, IReadOnlyList<PeerSighting>)>();
    readonly CancellationTokenSource _end = new();
    readonly HttpMessageInvoker _invoker;
    readonly TrackerClient _client;
    readonly Task _running;

    public TrackerClientTests()
    {
        _invoker = new HttpMessageInvoker(_tracker);
        _client = new TrackerClient(
            new TrackerTarget(new Uri("https://tracker.example"), new PeerId(0xAA), 7680), _invoker, _time, new Random(1), (swarm, sightings) => _found.Writer.TryWrite((swarm, sightings)));
        _running = _client.RunAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
        _invoker.Dispose();
    }

    static SwarmId Swarm(int number) => new(new PieceHash(0, (UInt128)number));

    // Time passes until the tracker is called: how long that takes on this side is nobody's promise.
    async Task<TrackerAnnounce> NextAsync(TimeSpan within)
    {
        var next = _tracker.NextAsync();
        var steps = 0;
        while (!next.IsCompleted)
        {
            if (++steps <= 100)
                _time.Advance(within / 100);
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
        }
        return await next;
    }

    [Fact]
    public async Task Peers_are_told_as_they_are_found()
    {
        _tracker.Answer = said => FakeTracker.Ok(300, said, FakeTracker.Peer(9, "10.0.0.9"));
        _client.Set(Swarm(1), new TrackerPart(100, TrackerMode.Internet, 10));

        Assert.Equal("started", Assert.Single((await NextAsync(TimeSpan.FromSeconds(1))).Swarms).Event);
        var (swarm, sightings) = await _found.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System).Token);

        Assert.Equal(Swarm(1), swarm);
        Assert.Equal(new PeerId(9), Assert.Single(sightings).Id);
        Assert.Null(Assert.Single((await NextAsync(TimeSpan.FromSeconds(301))).Swarms).Event);
    }

    [Fact]
    public async Task A_tracker_that_is_down_is_asked_again_until_it_is_back()
    {
        _tracker.Answer = _ => throw new HttpRequestException("down");
        _client.Set(Swarm(1), new TrackerPart(100, TrackerMode.Internet, 10));
        await NextOrThrownAsync();
        _tracker.Answer = said => FakeTracker.Ok(300, said);

        Assert.Equal("started", Assert.Single((await NextAsync(TrackerLimits.BackoffMin * 1.3)).Swarms).Event);
    }

    [Fact]
    public async Task A_tracker_that_says_when_is_asked_then()
    {
        _tracker.Answer = _ =>
        {
            var busy = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            busy.Headers.Add("Retry-After", "100");
            return busy;
        };
        _client.Set(Swarm(1), new TrackerPart(100, TrackerMode.Internet, 10));
        await NextAsync(TimeSpan.FromSeconds(1));
        var refusedAt = _time.GetUtcNow();
        _tracker.Answer = said => FakeTracker.Ok(300, said);

        await NextAsync(TimeSpan.FromSeconds(130));

        Assert.InRange((_time.GetUtcNow() - refusedAt).TotalSeconds, 100, 131);
    }

    [Fact]
    public async Task It_says_which_swarms_it_leaves_and_at_the_end_that_it_leaves_them_all()
    {
        for (var number = 1; number <= 3; number++)
            _client.Set(Swarm(number), new TrackerPart(100, TrackerMode.Internet, 10));
        // The clock may go on before the client has heard of all three.
        for (var told = 0; told < 3;)
            told += (await NextAsync(TimeSpan.FromSeconds(1))).Swarms.Count;
        _client.Leave(Swarm(2));
        var left = Assert.Single((await NextAsync(TimeSpan.FromSeconds(1))).Swarms);
        Assert.Equal((Swarm(2).ToString(), "stopped"), (left.Id, left.Event));

        await _end.CancelAsync();
        await _running;

        var last = await _tracker.NextAsync();
        Assert.Equal([Swarm(1).ToString(), Swarm(3).ToString()], last.Swarms.Select(swarm => swarm.Id).Order());
        Assert.All(last.Swarms, swarm => Assert.Equal("stopped", swarm.Event));
    }

    // The fake tells of a call only after it has answered.
    async Task NextOrThrownAsync()
    {
        var called = new TaskCompletionSource();
        _tracker.Answer = _ =>
        {
            called.TrySetResult();
            throw new HttpRequestException("down");
        };
        _time.Advance(TimeSpan.FromSeconds(1));
        while (!called.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.WhenAny(called.Task, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
        }
    }
}
