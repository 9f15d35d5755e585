using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Bytes of pieces that came and are of no use: all of them are waste, those that came before it was known too.</summary>
public sealed class PeerWasteTests : IAsyncLifetime
{
    const int FrameBytes = 256 << 10;

    static readonly PieceIndex _piece = new(0);

    readonly PieceBuffers _buffers = new();
    readonly TaskCompletionSource _joined = new();
    readonly CancellationTokenSource _stop = new();
    readonly PeerConnection _peer;
    readonly PeerLink _link;
    readonly SwarmSeat _seat;
    readonly Task _running;
    int _sent;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public PeerWasteTests()
    {
        var (one, other) = FakeStream.Pair();
        _peer = new PeerConnection(other, SessionOf());
        _seat = new SwarmSeat(new SwarmId(PieceHash.Of("swarm"u8)), new PieceLayout(1 << 20), static () => null) { Post = Note };
        _link = new PeerLink(new PeerConnection(one, SessionOf()), isInitiator: true, new PeerLinkTools(
            new OutboxTools(new UploadSlots(static () => 1), null, TimeProvider.System), _buffers, static _ => { }));
        _link.Change(null, _seat);
        _running = _link.RunAsync(_stop.Token);
    }

    public async ValueTask InitializeAsync()
    {
        await _peer.SendAsync(_seat.Meta(channel: 1), Cancel);
        await _joined.Task;
        _link.Request(_seat, _piece);
        await SendFrameAsync();
        await EchoAsync();
        Assert.Equal((FrameBytes, 0, 1), (_link.Tally.TakenBytes, _link.Tally.WasteBytes, _buffers.InUse));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Fact]
    public async Task What_came_before_it_was_cancelled_is_waste_with_the_rest()
    {
        _link.Cancel(_seat, _piece);
        await SendFrameAsync();
        await EchoAsync();

        Assert.Equal((2 * FrameBytes, 2 * FrameBytes, 0), (_link.Tally.TakenBytes, _link.Tally.WasteBytes, _buffers.InUse));
    }

    [Fact]
    public async Task Of_what_was_cancelled_nothing_is_held_although_nothing_more_of_it_comes()
    {
        _link.Cancel(_seat, _piece);
        await EchoAsync();

        Assert.Equal((FrameBytes, FrameBytes, 0), (_link.Tally.TakenBytes, _link.Tally.WasteBytes, _buffers.InUse));
    }

    [Fact]
    public async Task What_came_before_the_peer_refused_is_waste()
    {
        await _peer.SendAsync(new PeerMessage.Busy(1, 1, HResults.DO_E_SWARM_NOT_RUNNING, 1000, 0), Cancel);
        await EchoAsync();

        Assert.Equal((FrameBytes, FrameBytes, 0), (_link.Tally.TakenBytes, _link.Tally.WasteBytes, _buffers.InUse));
    }

    [Fact]
    public async Task What_came_before_the_connection_ended_is_waste()
    {
        await _peer.DisposeAsync();
        await _running;

        Assert.Equal((FrameBytes, FrameBytes, 0), (_link.Tally.TakenBytes, _link.Tally.WasteBytes, _buffers.InUse));
    }

    [Fact]
    public async Task A_frame_that_the_connection_ended_in_counts_as_nothing()
    {
        await _peer.Stream.WriteAsync(FrameOf(FrameBytes).AsMemory(0, 1000), Cancel);
        await _peer.DisposeAsync();
        await _running;

        Assert.Equal((FrameBytes, FrameBytes), (_link.Tally.TakenBytes, _link.Tally.WasteBytes));
    }

    [Fact]
    public async Task What_turns_out_to_be_waste_after_the_connection_ended_is_in_the_sums()
    {
        var sums = new PeerSums();
        await _peer.DisposeAsync();
        await _running;
        sums.Add(_link, PeerKind.Lan);
        for (var other = 0; other < 10; other++)
            sums.Add(_link, PeerKind.Group);
        _link.Tally.CountWaste(1000);

        Assert.Equal(FrameBytes + 1000, sums.With([])[(PeerKind.Lan, true)].WasteBytes);
    }

    void Note(SwarmNews news)
    {
        if (news is SwarmNews.Joined)
            _joined.TrySetResult();
    }

    async Task SendFrameAsync() => Assert.True(await _peer.Stream.WriteAsync(FrameOf(FrameBytes), Cancel));

    byte[] FrameOf(int payloadBytes)
    {
        var head = new PeerMessage.Bytes(1, 1, _sent);
        _sent += payloadBytes;
        var frame = new byte[PeerCodec.SizeOf(head) + payloadBytes];
        PeerCodec.Write(head, frame, payloadBytes);
        return frame;
    }

    /// <summary>All that was sent before has been dealt with.</summary>
    async Task EchoAsync()
    {
        await _peer.SendAsync(new PeerMessage.Ping(7), Cancel);
        while ((await _peer.ReadAsync(Cancel)).Value is not PeerMessage.Pong)
        {
            // What the link says of itself comes before it.
        }
    }

    static PeerSession SessionOf()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = pair.ExportSubjectPublicKeyInfo();
        return new PeerSession(PeerId.Of(key), key, 1, 0, null, null);
    }
}
