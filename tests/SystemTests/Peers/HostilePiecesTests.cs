using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;
using Microsoft.Extensions.Time.Testing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Peers;

/// <summary>Members of a group that do wrong with the bytes of pieces, given and taken, over real connections.</summary>
public sealed class HostilePiecesTests : IAsyncLifetime
{
    const int Frame = PeerLimits.PayloadBytesMax;

    static readonly PieceIndex _first = new(0);

    readonly FakeTimeProvider _time = new();
    readonly List<HostilePeer> _peers = [];
    readonly HostileRig _rig;

    public HostilePiecesTests() => _rig = new HostileRig(time: _time);

    HostileHub Victim => _rig.Victim;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Pieces_that_never_end_starve_nobody()
    {
        for (var i = 0; i < PieceBuffers.CountMax + 4; i++)
        {
            var (peer, id) = await AskedAsync();
            Assert.True(await peer.SendDataAsync(id, 0, Frame));
        }

        var honest = _rig.HonestPeersAreServedAsync();
        await PassAsync(TimeSpan.FromSeconds(25), honest);
        await honest;
    }

    [Fact]
    public async Task A_piece_that_is_cancelled_gives_its_memory_back_at_once()
    {
        for (var i = 0; i < PieceBuffers.CountMax; i++)
        {
            var (peer, id) = await AskedAsync();
            Assert.True(await peer.SendDataAsync(id, 0, Frame));
            await BroughtAsync(peer);
            (await Victim.LinkAsync(peer.Id)).Cancel(Victim.Wanted, _first);
            await peer.HearAsync<PeerMessage.Cancel>();
        }

        await _rig.HonestPeersAreServedAsync();
    }

    [Fact]
    public async Task A_connection_that_ends_while_it_waits_for_memory_is_let_go()
    {
        var (waiting, request) = ((HostilePeer?)null, 0u);
        for (var i = 0; i <= PieceBuffers.CountMax; i++)
        {
            (waiting, request) = await AskedAsync();
            Assert.True(await waiting.SendDataAsync(request, 0, Frame));
            if (i < PieceBuffers.CountMax)
                await BroughtAsync(waiting);
        }

        Victim.Hub.Offend(await Victim.LinkAsync(waiting!.Id), new Failure(DO_E_BAD_PIECE_HASH, "for the test"));

        await waiting.ClosedAsync();
        await Victim.GoneAsync(waiting.Id);
    }

    [Fact]
    public async Task Only_one_piece_at_a_time_is_begun()
    {
        var (peer, id) = await AskedAsync();
        var other = await AskAsync(peer, new PieceIndex(1));
        await peer.SendDataAsync(id, 0, Frame);
        await peer.SendDataAsync(other, 0, Frame);

        Assert.Contains("before piece 0 has ended", (await Victim.BannedAsync(peer.Id)).Why.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, PeerLimits.PayloadBytesMin - 1)]
    [InlineData(1, Frame)]
    [InlineData(500_000, Frame)]
    public async Task Crumbs_and_gaps_are_an_offence(int offset, int count)
    {
        var (peer, id) = await AskedAsync();
        await peer.SendDataAsync(id, offset, count);

        Assert.Equal(DO_E_INVALID_PEER_MSG, (await Victim.BannedAsync(peer.Id)).Why.Code);
    }

    [Fact]
    public async Task More_bytes_than_a_piece_has_are_an_offence()
    {
        var (peer, _) = await AskedAsync();
        var last = new PieceIndex(HostileHub.PieceCount - 1);
        var id = await AskAsync(peer, last);
        for (var offset = 0; offset <= Victim.Wanted.Layout.LengthOf(last); offset += Frame)
            await peer.SendDataAsync(id, offset, Frame);

        Assert.Equal(DO_E_INVALID_PEER_MSG, (await Victim.BannedAsync(peer.Id)).Why.Code);
    }

    [Fact]
    public async Task Bytes_that_nobody_asked_for_are_an_offence()
    {
        var (peer, id) = await AskedAsync();
        await peer.SendDataAsync(id + 1, 0, Frame);

        Assert.Contains("a request 2 that there is not", (await Victim.BannedAsync(peer.Id)).Why.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_piece_that_comes_twice_is_borne_with_and_one_that_comes_for_ever_is_not()
    {
        var (peer, id) = await AskedAsync();
        for (var i = 0; i < 5; i++)
        {
            for (var offset = 0; offset < PeerLimits.RequestBytesMax; offset += Frame)
                await peer.SendDataAsync(id, offset, Frame);
        }

        Assert.Contains("a request 1 that there is not", (await Victim.BannedAsync(peer.Id)).Why.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_of_a_cancelled_piece_are_borne_with_up_to_its_end()
    {
        var (peer, id) = await AskedAsync();
        await peer.SendDataAsync(id, 0, Frame);
        await BroughtAsync(peer);
        var link = await Victim.LinkAsync(peer.Id);
        link.Cancel(Victim.Wanted, _first);
        for (var offset = Frame; offset < PeerLimits.RequestBytesMax; offset += Frame)
            await peer.SendDataAsync(id, offset, Frame);
        await peer.SendAsync(new PeerMessage.Ping(1));
        await peer.HearAsync<PeerMessage.Pong>();

        Assert.Equal((4L * Frame, 4L * Frame), (link.Tally.TakenBytes, link.Tally.WasteBytes));
        Assert.Empty(Victim.Hub.Banned);
    }

    [Fact]
    public async Task Who_is_busy_for_no_time_is_not_asked_again_at_once()
    {
        var (peer, id) = await AskedAsync();
        await peer.SendAsync(new PeerMessage.Busy(HostilePeer.Channel, id, DO_E_NO_MORE_CONNECTIONS, 0, 0));

        var refused = await NewsAsync<SwarmNews.Refused>(peer);

        Assert.Equal(TimeSpan.FromMilliseconds(250), refused.Pause);
    }

    [Fact]
    public async Task Who_never_reads_holds_up_nobody()
    {
        // As many as may be sent pieces at the same time.
        for (var i = 0; i < 16; i++)
        {
            var deaf = (await HostilePeer.GreetAsync(Victim.At, _rig.Group, isDeaf: true))!;
            _peers.Add(deaf);
            await deaf.OpenAsync(Victim.Given);
            await Victim.LinkAsync(deaf.Id);
            for (var id = 1u; id <= 100; id++)
                await deaf.SendAsync(new PeerMessage.Request(HostilePeer.Channel, id, _first, 0, PeerLimits.RequestBytesMax));
        }
        while (Victim.Hub.Slots.Queue < 16 * 80)
            await HostileHub.PauseAsync(TestContext.Current.CancellationToken);

        var honest = _rig.HonestPeersAreServedAsync();
        await PassAsync(TimeSpan.FromSeconds(15), honest);
        await honest;
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_ends_the_connection()
    {
        var (peer, id) = await AskedAsync();
        peer.IsSilent = true;
        var frame = HostilePeer.FrameOf(new PeerMessage.Bytes(HostilePeer.Channel, id, 0), new byte[Frame]);
        // The hub looks when it comes to it; its clock goes on until it has.
        for (var i = 0; i < 2000 && !peer.Heard.Completion.IsCompleted; i++)
        {
            await peer.SendRawAsync(frame.AsMemory(i, 1));
            _time.Advance(PeerHubLimits.TickInterval);
            await HostileHub.PauseAsync(TestContext.Current.CancellationToken);
        }

        await peer.ClosedAsync();
        Assert.Empty(Victim.Hub.Banned);
        await _rig.HonestPeersAreServedAsync();
    }

    /// <summary>One in the swarm of what the victim wants, which was asked for the first piece.</summary>
    async Task<(HostilePeer Peer, uint Request)> AskedAsync()
    {
        var peer = await _rig.GiverAsync();
        _peers.Add(peer);
        return (peer, await AskAsync(peer, _first));
    }

    async Task<uint> AskAsync(HostilePeer peer, PieceIndex piece)
    {
        (await Victim.LinkAsync(peer.Id)).Request(Victim.Wanted, piece);
        return (await peer.HearAsync<PeerMessage.Request>()).Id;
    }

    Task<SwarmNews.Brought> BroughtAsync(HostilePeer peer) => NewsAsync<SwarmNews.Brought>(peer);

    async Task<T> NewsAsync<T>(HostilePeer of) where T : SwarmNews
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (true)
        {
            if (await Victim.News.ReadAsync(patience.Token) is T news && LinkOf(news).Peer == of.Id)
                return news;
        }
    }

    static PeerLink LinkOf(SwarmNews news) => news switch
    {
        SwarmNews.Brought brought => brought.Link,
        SwarmNews.Refused refused => refused.Link,
        _ => throw new ArgumentException($"{news} is not waited for.", nameof(news)),
    };

    /// <summary>Lets the victim's time pass, step by step, with a moment for those who have something to say.</summary>
    async Task PassAsync(TimeSpan span, Task unless)
    {
        for (var passed = TimeSpan.Zero; passed < span && !unless.IsCompleted; passed += PeerHubLimits.TickInterval)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
            _time.Advance(PeerHubLimits.TickInterval);
        }
    }
}
