using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Of several that want one swarm, the last one has the place, and whoever is left gets it back.</summary>
public sealed class PeerHubSeatsTests : IAsyncDisposable
{
    static readonly SwarmId _swarm = new(new PieceHash(0, 1));

    readonly ConcurrentQueue<(SwarmSeat Seat, bool IsIn)> _told = [];
    readonly CancellationTokenSource _stop = new();
    readonly PeerHub _hub;
    readonly Task _running;

    public PeerHubSeatsTests()
    {
        _hub = new PeerHub(new PeerHubTools(new NoNetwork(), PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256)), null, () => new Policy(), TimeProvider.System))
        {
            Seated = (seat, isIn) => _told.Enqueue((seat, isIn)),
        };
        _running = _hub.RunAsync(_stop.Token);
    }

    [Fact]
    public async Task Whoever_lost_the_place_gets_it_back()
    {
        var (kept, fetched) = (Seat(), Seat());
        _hub.Take(kept);
        _hub.Take(fetched);

        _hub.Leave(fetched);
        await ToldAsync(3);

        Assert.True(_hub.IsIn(_swarm));
        Assert.Equal([(kept, true), (fetched, true), (kept, true)], _told);
    }

    [Fact]
    public async Task Who_left_meanwhile_does_not_get_it_back()
    {
        var (first, second, third) = (Seat(), Seat(), Seat());
        _hub.Take(first);
        _hub.Take(second);
        _hub.Take(third);

        _hub.Leave(second);
        _hub.Leave(third);
        await ToldAsync(4);

        Assert.Equal((first, true), _told.Last());
        Assert.DoesNotContain(_told, told => !told.IsIn);
    }

    [Fact]
    public async Task When_all_have_left_the_swarm_is_left()
    {
        var (first, second) = (Seat(), Seat());
        _hub.Take(first);
        _hub.Take(second);

        _hub.Leave(first);
        _hub.Leave(second);
        await ToldAsync(3);

        Assert.False(_hub.IsIn(_swarm));
        Assert.Equal((second, false), _told.Last());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    async Task ToldAsync(int count)
    {
        while (_told.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    static SwarmSeat Seat() => new(_swarm, new PieceLayout(1000, 1000), static () => null);

    /// <summary>Nobody is there.</summary>
    sealed class NoNetwork : IPeerNetwork
    {
        public ValueTask<(IPeerStream? Stream, Failure? Failure)> ConnectAsync(IPEndPoint to, CancellationToken cancel) => ValueTask.FromResult<(IPeerStream?, Failure?)>((null, null));

        public Failure? Listen(IPEndPoint at, Action<IPeerStream> accepted, out IPeerListener? listener)
        {
            listener = null;
            return null;
        }
    }
}
