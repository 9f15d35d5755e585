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
        await TakeAsync(kept);
        await TakeAsync(fetched);

        _hub.Leave(fetched);
        await ToldAsync(3);

        Assert.Equal([(kept, true), (fetched, true), (kept, true)], _told);
    }

    [Fact]
    public async Task Who_left_meanwhile_does_not_get_it_back()
    {
        var (first, second, third) = (Seat(), Seat(), Seat());
        await TakeAsync(first);
        await TakeAsync(second);
        await TakeAsync(third);

        _hub.Leave(second);
        _hub.Leave(third);
        await ToldAsync(4);

        Assert.Equal((first, true), _told.Last());
        Assert.DoesNotContain(_told, told => !told.IsIn);
    }

    [Fact]
    public async Task A_spare_seat_takes_nobody_s_place_and_has_it_when_that_one_leaves()
    {
        var (fetched, kept) = (Seat(), Seat());
        await TakeAsync(fetched);
        _hub.Take(kept, isSpare: true);

        _hub.Leave(fetched);
        await ToldAsync(2);

        Assert.Equal([(fetched, true), (kept, true)], _told);
    }

    [Fact]
    public async Task One_without_the_place_that_has_all_does_not_speak_for_who_has_it()
    {
        var (first, second) = (Seat(), Seat());
        await TakeAsync(first);
        await TakeAsync(second);

        _hub.Complete(first);
        _hub.Complete(second);
        await ToldAsync(3);

        Assert.Equal((second, true), _told.Last());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_all_have_left_the_swarm_is_left(bool isFirstFirst)
    {
        var (first, second) = (Seat(), Seat());
        await TakeAsync(first);
        await TakeAsync(second);

        _hub.Leave(isFirstFirst ? first : second);
        _hub.Leave(isFirstFirst ? second : first);
        await UntilAsync(() => _told.Any(told => !told.IsIn));

        Assert.DoesNotContain(_told.SkipWhile(told => told.IsIn), told => told.IsIn);
    }

    [Fact]
    public async Task Who_takes_a_place_that_was_its_own_before_has_it()
    {
        var (first, second) = (Seat(), Seat());
        await TakeAsync(first);
        await TakeAsync(second);
        await TakeAsync(first);

        _hub.Leave(second);
        _hub.Leave(first);
        await UntilAsync(() => _told.Any(told => !told.IsIn));

        Assert.Equal([(first, true), (second, true), (first, true), (first, false)], _told);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    // The loop hears of one at a time, as connections do.
    async Task TakeAsync(SwarmSeat seat)
    {
        var before = _told.Count;
        _hub.Take(seat);
        await ToldAsync(before + 1);
    }

    Task ToldAsync(int count) => UntilAsync(() => _told.Count >= count);

    static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
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
