using System.Net;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Peers;

/// <summary>Members of a group that send every message in every wrong way, over real connections, while an honest one is served.</summary>
public sealed class HostileMessagesTests : IAsyncLifetime
{
    /// <summary>What one test's attack may add to the memory of this process, which holds attackers, victim and honest peer.</summary>
    const long MemoryMax = 96 << 20;

    readonly HostileRig _rig = new();
    readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

    public static TheoryData<string> Kinds => [.. Enum.GetNames<PeerMessageKind>()];

    /// <summary>Those of which an honest peer sends few enough that too many are a flood.</summary>
    public static TheoryData<string> Floods => [.. Enum.GetNames<PeerMessageKind>().Except(["Hello", "Proof", "Data", "Bye"])];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Each test ends with this: honest peers are served as ever, and memory is what it was.</summary>
    public async ValueTask DisposeAsync()
    {
        await _rig.HonestPeersAreServedAsync();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - _before, long.MinValue, MemoryMax);
        await _rig.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_frame_that_ends_too_soon_ends_the_connection(string kind)
    {
        var frame = FrameOf(kind);
        // Of DATA the head alone tells that nobody asked for it, and is an offence.
        foreach (var length in new[] { 1, 4, 5, kind == "Data" ? 16 : frame.Length - 1 })
        {
            await using var peer = await _rig.GiverAsync();
            Assert.True(await peer.SendRawAsync(frame.AsMemory(0, length)));
            await peer.DisposeAsync();
            await _rig.Victim.GoneAsync(peer.Id);
            Assert.DoesNotContain(_rig.Victim.Hub.Banned, ban => ban.Peer == peer.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_frame_whose_length_is_wrong_is_an_offence(string kind)
    {
        var frame = FrameOf(kind);
        var fields = frame.Length - PeerFrame.HeadBytes;
        byte[][] wrong =
        [
            HostilePeer.WithLength(frame[..^1], (uint)fields),
            HostilePeer.WithLength([.. frame, 0], (uint)fields + 2),
            HostilePeer.WithLength(frame, 0),
            HostilePeer.WithLength(frame, 1),
            HostilePeer.WithLength(frame, (64 << 10) + (256 << 10)),
            HostilePeer.WithLength(frame, int.MaxValue),
            HostilePeer.WithLength(frame, uint.MaxValue),
        ];
        foreach (var bytes in wrong)
            await OffendsAsync(bytes, DO_E_INVALID_PEER_MSG, DO_E_PEER_MSG_TOO_LONG, DO_E_INVALID_HANDSHAKE_LEN);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Extreme_numbers_are_borne_or_an_offence(string kind)
    {
        var frame = FrameOf(kind);
        foreach (var filling in new byte[] { 0x00, 0x80, 0xff })
        {
            // All fields at once, and each four bytes alone.
            for (var at = PeerFrame.HeadBytes; at < Math.Min(frame.Length, PeerFrame.HeadBytes + 40); at += 4)
            {
                byte[] one = [.. frame];
                one.AsSpan(at, Math.Min(4, one.Length - at)).Fill(filling);
                await EndsOrAnswersAsync(one);
            }
            byte[] all = [.. frame];
            all.AsSpan(PeerFrame.HeadBytes).Fill(filling);
            await EndsOrAnswersAsync(all);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_message_that_comes_thrice_or_before_its_turn_is_borne_or_an_offence(string kind)
    {
        var frame = FrameOf(kind);
        await EndsOrAnswersAsync([.. frame, .. frame, .. frame]);
        await using var early = (await HostilePeer.GreetAsync(_rig.Victim.At, _rig.Group))!;
        await EndsOrAnswersAsync(early, frame);
        Assert.Equal(kind is "Hello" or "Proof" or "Data", await IsBannedAsync(early));
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_is_an_offence(string kind)
    {
        await using var peer = await _rig.GiverAsync();
        byte[] frame = kind switch
        {
            "Bitmap" => Long(),
            "Peers" => HostilePeer.FrameOf(new PeerMessage.Peers(HostilePeer.Channel, [.. Enumerable.Range(1, 64).Select(i => new IPEndPoint(new IPAddress([10, 9, 8, (byte)i]), 9))])),
            _ => FrameOf(kind),
        };
        byte[] many = [.. Enumerable.Repeat(frame, Math.Max(1, 65_536 / frame.Length)).SelectMany(each => each)];
        var sent = 0L;
        while (await peer.SendRawAsync(many) && sent < 1L << 30)
            sent += many.Length;

        await peer.ClosedAsync();
        // Whose questions come faster than it takes the answers is hung up on before they are too many.
        if (kind is "Request" or "Cancel")
            return;
        var ban = await _rig.Victim.BannedAsync(peer.Id);
        Assert.Contains($"floods this agent with {kind.ToUpperInvariant()}", ban.Why.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_that_there_is_not_is_an_offence()
    {
        foreach (var type in new byte[] { 0, 19, 127, 255 })
            await OffendsAsync([0, 0, 0, 5, type, 1, 2, 3, 4], DO_E_INVALID_PEER_MSG);
    }

    [Fact]
    public async Task A_forged_attestation_is_an_offence()
    {
        var swarm = _rig.Victim.Wanted.Swarm;
        using var stranger = HostilePeer.NewIdentity();
        var pieces = new[] { new AttestedPiece(new PieceIndex(0), PieceHash.Read(new byte[32])), new AttestedPiece(new PieceIndex(1), PieceHash.Read(new byte[32])) };
        var right = Attestation.Make(HostilePeer.Channel, swarm, pieces, stranger, _rig.Group);
        var other = GroupKey.Make("other", GroupTransport.Tls);
        PeerMessage.Attest[] forged =
        [
            // Of no member, of another swarm, with other hashes, other pieces, another signer's, and without a point of the curve.
            right with { Membership = other.MembershipOf(stranger.PublicKey) },
            Attestation.Make(HostilePeer.Channel, _rig.Victim.Given.Swarm, pieces, stranger, _rig.Group),
            right with { Pieces = [pieces[0] with { Hash = PieceHash.Read(Enumerable.Repeat((byte)1, 32).ToArray()) }, pieces[1]] },
            right with { Pieces = [pieces[0]] },
            right with { SignerKey = _rig.Honest.Hub.Own.PublicKey, Membership = _rig.Group.MembershipOf(_rig.Honest.Hub.Own.PublicKey) },
            right with { SignerKey = new byte[91], Membership = _rig.Group.MembershipOf(new byte[91]) },
            right with { Signature = new byte[64] },
        ];
        foreach (var attest in forged)
            await OffendsAsync(PeerCodec.Write(attest), DO_E_INVALID_PEER_MSG);
    }

    [Fact]
    public async Task What_is_said_of_pieces_that_there_are_not_is_an_offence()
    {
        var none = new PieceIndex(HostileHub.PieceCount);
        PeerMessage[] wrong =
        [
            new PeerMessage.Have(HostilePeer.Channel, 0, [none]),
            new PeerMessage.Bitmap(HostilePeer.Channel, 0, new PieceIndex(1), HostileHub.PieceCount, [0]),
            new PeerMessage.Claim(HostilePeer.Channel, HostileHub.PieceCount, 1000, 0),
            new PeerMessage.Request(HostilePeer.Channel, 1, none, 0, 1),
            new PeerMessage.Request(HostilePeer.Channel, 1, new PieceIndex(HostileHub.PieceCount - 1), 0, PeerLimits.RequestBytesMax),
            _rig.Victim.Wanted.Meta(HostilePeer.Channel) with { LengthBytes = 5 },
            _rig.Victim.Wanted.Meta(HostilePeer.Channel) with { PieceSize = PeerLimits.RequestBytesMax / 2 },
            _rig.Victim.Given.Meta(HostilePeer.Channel),
            _rig.Victim.Wanted.Meta(7),
        ];
        foreach (var message in wrong)
            await OffendsAsync(PeerCodec.Write(message), DO_E_INVALID_PEER_MSG);
    }

    async Task OffendsAsync(byte[] bytes, params HResult[] codes)
    {
        await using var peer = await _rig.GiverAsync();
        await peer.SendRawAsync(bytes);
        // Whoever waits for more bytes than come is not judged before they do.
        await peer.SendRawAsync(new byte[1024]);
        await peer.ClosedAsync();
        Assert.Contains((await _rig.Victim.BannedAsync(peer.Id)).Why.Code, codes);
    }

    async Task EndsOrAnswersAsync(byte[] bytes)
    {
        await using var peer = await _rig.GiverAsync();
        await EndsOrAnswersAsync(peer, bytes);
    }

    /// <summary>Either it is hung up on, or it is answered as ever.</summary>
    static async Task EndsOrAnswersAsync(HostilePeer peer, byte[] bytes)
    {
        await peer.SendRawAsync(bytes);
        await peer.SendAsync(new PeerMessage.Ping(4711));
        await foreach (var message in peer.Heard.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (message is PeerMessage.Pong(4711))
                return;
        }
    }

    async Task<bool> IsBannedAsync(HostilePeer peer)
    {
        await peer.DisposeAsync();
        await _rig.Victim.GoneAsync(peer.Id);
        return _rig.Victim.Hub.Banned.Any(ban => ban.Peer == peer.Id);
    }

    static byte[] Long() => HostilePeer.FrameOf(new PeerMessage.Bitmap(77, 0, new PieceIndex(0), PeerLimits.BitmapPiecesMax, new byte[PeerLimits.BitmapPiecesMax / 8]));

    /// <summary>A message of a kind that makes sense in the swarm of what the victim wants.</summary>
    byte[] FrameOf(string kind)
    {
        var (channel, wanted) = (HostilePeer.Channel, _rig.Victim.Wanted);
        return Enum.Parse<PeerMessageKind>(kind) switch
        {
            PeerMessageKind.Hello => HostilePeer.FrameOf(new PeerMessage.Hello(1, 1, new byte[32], HelloFlags.Group, 1, _rig.Honest.Hub.Own.PublicKey)),
            PeerMessageKind.Proof => HostilePeer.FrameOf(new PeerMessage.Proof(new byte[32], new byte[64])),
            PeerMessageKind.Meta => HostilePeer.FrameOf(wanted.Meta(channel)),
            PeerMessageKind.Leave => HostilePeer.FrameOf(new PeerMessage.Leave(channel)),
            PeerMessageKind.Bitmap => HostilePeer.FrameOf(new PeerMessage.Bitmap(channel, 0, new PieceIndex(0), HostileHub.PieceCount, [0x0f])),
            PeerMessageKind.Have => HostilePeer.FrameOf(new PeerMessage.Have(channel, 0, [new PieceIndex(1)])),
            PeerMessageKind.Claim => HostilePeer.FrameOf(new PeerMessage.Claim(channel, 1, 3000, 0)),
            PeerMessageKind.Renew => HostilePeer.FrameOf(new PeerMessage.Renew(channel, 1, 3000, 500_000)),
            PeerMessageKind.Release => HostilePeer.FrameOf(new PeerMessage.Release(channel, 1)),
            PeerMessageKind.Request => HostilePeer.FrameOf(new PeerMessage.Request(channel, 1, new PieceIndex(0), 0, 16_384)),
            PeerMessageKind.Data => HostilePeer.FrameOf(new PeerMessage.Bytes(channel, 77, 0), new byte[20_000]),
            PeerMessageKind.Cancel => HostilePeer.FrameOf(new PeerMessage.Cancel(channel, 1)),
            PeerMessageKind.Busy => HostilePeer.FrameOf(new PeerMessage.Busy(channel, 1, DO_E_MISSING_PIECE, 0, 0)),
            PeerMessageKind.Attest => HostilePeer.FrameOf(Attestation.Make(channel, wanted.Swarm, [new AttestedPiece(new PieceIndex(0), PieceHash.Read(new byte[32]))], _rig.Honest.Hub.Own, _rig.Group)),
            PeerMessageKind.Peers => HostilePeer.FrameOf(new PeerMessage.Peers(channel, [new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)])),
            PeerMessageKind.Ping => HostilePeer.FrameOf(new PeerMessage.Ping(1)),
            PeerMessageKind.Pong => HostilePeer.FrameOf(new PeerMessage.Pong(1)),
            _ => HostilePeer.FrameOf(new PeerMessage.Bye(DO_E_LOST_CONNECTION, "so long")),
        };
    }
}
