using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Tracker;

/// <summary>Agents that meet by way of a real tracker.</summary>
public sealed class TrackerClientTests : IAsyncLifetime
{
    readonly List<IAsyncDisposable> _owned = [];
    TrackerRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await TrackerRig.StartAsync(options => options with { TellsLoopback = true, Time = TimeProvider.System, Interval = TimeSpan.FromSeconds(5) });

    public async ValueTask DisposeAsync()
    {
        foreach (var each in _owned)
            await each.DisposeAsync();
        await _rig.DisposeAsync();
    }

    static SwarmId Swarm(int number) => new(new PieceHash(0, (UInt128)number));

    Agent Start(int number, string? group = null)
    {
        var target = new TrackerTarget(_rig.Address, new PeerId((UInt128)number), 7000 + number)
        {
            Addresses = () => [IPAddress.Loopback],
            Group = group is null ? null : (group, TrackerRig.TokenOf(group)),
        };
        var agent = new Agent(target);
        _owned.Add(agent);
        return agent;
    }

    [Fact]
    public async Task They_hear_of_each_other_and_of_who_leaves()
    {
        var (first, second) = (Start(1, TrackerRig.GroupId), Start(2, TrackerRig.GroupId));
        first.Client.Set(Swarm(1), new TrackerPart(100, TrackerMode.Group, 10));
        await Agent.AnnouncedAsync(_rig, 1);
        second.Client.Set(Swarm(1), new TrackerPart(100, TrackerMode.Group, 10));

        Assert.Equal(new PeerSighting(new PeerId(1), new IPEndPoint(IPAddress.Loopback, 7001), SightingOrigin.Tracker), await second.FoundAsync(Swarm(1)));
        Assert.Equal(new PeerId(2), (await first.FoundAsync(Swarm(1))).Id);

        await first.DisposeAsync();
        var reply = await _rig.GetAsync("/v1/health");
        Assert.Equal(1, reply.Json.GetProperty("peers").GetInt32());
    }

    [Fact]
    public async Task A_thousand_swarms_are_announced_in_few_calls()
    {
        var agent = Start(1);
        for (var swarm = 0; swarm < 1000; swarm++)
            agent.Client.Set(Swarm(swarm), new TrackerPart(0, TrackerMode.Internet, 0));

        await Agent.AnnouncedAsync(_rig, 1000);

        var metrics = (await _rig.GetAsync("/v1/metrics")).Body;
        var calls = Regex.Match(metrics, "haul_tracker_announces_total{outcome=\"answered\"} ([0-9]+)\n").Groups[1].Value;
        // 16 with 64 swarms each; what was there when the first went out goes first.
        Assert.InRange(int.Parse(calls, CultureInfo.InvariantCulture), 16, 32);
    }

    /// <summary>A client with what it found.</summary>
    sealed class Agent : IAsyncDisposable
    {
        readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        readonly CancellationTokenSource _end = new();
        readonly ConcurrentDictionary<SwarmId, PeerSighting> _found = [];
        readonly Task _running;

        public Agent(TrackerTarget target)
        {
            Client = new TrackerClient(target, _http, TimeProvider.System, new Random(1), (swarm, sightings) => _found[swarm] = sightings[0]);
            _running = Client.RunAsync(_end.Token);
        }

        public TrackerClient Client { get; }

        public async Task<PeerSighting> FoundAsync(SwarmId swarm)
        {
            await UntilAsync(() => Task.FromResult(_found.ContainsKey(swarm)));
            return _found[swarm];
        }

        /// <summary>Waits until the tracker knows as many peers.</summary>
        public static Task AnnouncedAsync(TrackerRig rig, int peers) =>
            UntilAsync(async () => (await rig.GetAsync("/v1/health")).Json.GetProperty("peers").GetInt32() == peers);

        static async Task UntilAsync(Func<Task<bool>> isSo)
        {
            using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
            while (!await isSo())
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            if (_end.IsCancellationRequested)
                return;
            await _end.CancelAsync();
            await _running;
            _http.Dispose();
        }
    }
}
