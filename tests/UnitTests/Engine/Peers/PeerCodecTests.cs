using System.Buffers.Binary;
using System.Net;
using CsCheck;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Messages as bytes: what is written is read, and everything else is refused.</summary>
public sealed class PeerCodecTests
{
    static readonly Gen<PieceIndex> _piece = Gen.Int[0, PeerLimits.PiecesMax - 1].Select(value => new PieceIndex(value));
    static readonly Gen<PieceHash> _hash = Gen.Byte.Array[32].Select(bytes => PieceHash.Read(bytes));
    static readonly Gen<int> _lease = Gen.Int[1, PeerLimits.LeaseMillisecondsMax];
    static readonly Gen<int> _slice = Gen.Int[0, PeerLimits.PiecesMax - 1];
    static readonly Gen<byte[]> _key = Gen.Byte.Array[1, PeerLimits.PublicKeyBytesMax];
    static readonly Gen<IPEndPoint> _endpoint = Gen.Select(Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]), Gen.Int[1, 65_535]).Select((address, port) => new IPEndPoint(new IPAddress(address), port));

    static readonly Gen<PeerMessage> _messages = Gen.OneOf<PeerMessage>(
        Gen.Select(Gen.UShort[1, 9], Gen.UShort[9, 99], Gen.Byte.Array[32], Gen.UInt, Gen.UShort, _key).Select(PeerMessage (min, max, nonce, flags, port, key) => new PeerMessage.Hello(min, max, nonce, (HelloFlags)flags, port, key)),
        Gen.Select(Gen.Byte.Array[32], Gen.OneOf(Gen.Byte.Array[0], Gen.Byte.Array[64])).Select(PeerMessage (mac, signature) => new PeerMessage.Proof(mac, signature)),
        Gen.Select(Gen.Select(Gen.UInt, _hash), Gen.Int[14, 20], Gen.Long[0, 1L << 38], Gen.UShort[1, 999], Gen.UInt, Gen.Byte[0, 7]).Select(PeerMessage (id, power, length, slice, capacity, flags) =>
            new PeerMessage.Meta(id.Item1, new SwarmId(id.Item2), length, 1 << power, slice, capacity, (MetaFlags)flags)),
        Gen.UInt.Select(PeerMessage (channel) => new PeerMessage.Leave(channel)),
        Gen.Select(Gen.UInt, Gen.UShort, Gen.Int[0, 1 << 20], Gen.Bool.Array[1, 300]).Select(PeerMessage (channel, queue, first, bits) => new PeerMessage.Bitmap(channel, queue, new PieceIndex(first), bits.Length, Bits(bits))),
        Gen.Select(Gen.UInt, Gen.UShort, _piece.Array[0, 40]).Select(PeerMessage (channel, queue, pieces) => new PeerMessage.Have(channel, queue, pieces)),
        Gen.Select(Gen.UInt, _slice, _lease, Gen.UInt).Select(PeerMessage (channel, slice, lease, done) => new PeerMessage.Claim(channel, slice, lease, done)),
        Gen.Select(Gen.UInt, _slice, _lease, Gen.UInt).Select(PeerMessage (channel, slice, lease, done) => new PeerMessage.Renew(channel, slice, lease, done)),
        Gen.Select(Gen.UInt, _slice).Select(PeerMessage (channel, slice) => new PeerMessage.Release(channel, slice)),
        Gen.Select(Gen.UInt, Gen.UInt, _piece, Gen.Int[0, 500_000], Gen.Int[1, 500_000]).Select(PeerMessage (channel, id, piece, offset, length) => new PeerMessage.Request(channel, id, piece, offset, length)),
        Gen.Select(Gen.UInt, Gen.UInt, Gen.Int[0, (1 << 20) - 1]).Select(PeerMessage (channel, id, offset) => new PeerMessage.Bytes(channel, id, offset)),
        Gen.Select(Gen.UInt, Gen.UInt).Select(PeerMessage (channel, id) => new PeerMessage.Cancel(channel, id)),
        Gen.Select(Gen.UInt, Gen.UInt, Gen.Int[int.MinValue, -1], Gen.Int[0, PeerLimits.RetryMillisecondsMax], Gen.UShort).Select(PeerMessage (channel, id, code, retry, queue) => new PeerMessage.Busy(channel, id, new HResult(code), retry, queue)),
        Gen.Select(Gen.Select(Gen.UInt, _key), Gen.Byte.Array[32], Gen.Byte.Array[64], Gen.Int[0, 5000], _hash.Array[1, 30]).Select(PeerMessage (signer, membership, signature, first, hashes) =>
            new PeerMessage.Attest(signer.Item1, signer.Item2, membership, signature, [.. hashes.Select((hash, i) => new AttestedPiece(new PieceIndex(first + 3 * i), hash))])),
        Gen.Select(Gen.UInt, _endpoint.Array[0, PeerLimits.EndpointsMax]).Select(PeerMessage (channel, endpoints) => new PeerMessage.Peers(channel, endpoints)),
        Gen.ULong.Select(PeerMessage (token) => new PeerMessage.Ping(token)),
        Gen.ULong.Select(PeerMessage (token) => new PeerMessage.Pong(token)),
        Gen.Select(Gen.Int, Gen.Char[' ', '\u07FF'].Array[0, 128]).Select(PeerMessage (code, text) => new PeerMessage.Bye(new HResult(code), new string(text))));

    [Fact]
    public void What_was_written_is_read() => _messages.Sample(message =>
    {
        var frame = PeerCodec.Write(message);
        var read = Read(frame, payload: message is PeerMessage.Bytes ? 1 : 0);
        return read.Succeeded && read.Value.GetType() == message.GetType() && PeerCodec.Write(read.Value).AsSpan().SequenceEqual(frame);
    }, iter: 5000);

    [Fact]
    public void Whatever_bytes_come_are_read_or_refused() => Gen.Select(Gen.Byte, Gen.Byte.Array[0, 400]).Sample((kind, body) =>
    {
        var read = PeerCodec.Read((PeerMessageKind)kind, body);
        // What is taken has one form only.
        return !read.Succeeded || PeerCodec.Write(read.Value).AsSpan(PeerFrame.HeadBytes).SequenceEqual(body);
    }, iter: 20_000);

    [Fact]
    public void A_message_with_changed_bytes_is_read_or_refused() => Gen.Select(_messages, Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[1, 4]).Sample((message, changes) =>
    {
        var frame = PeerCodec.Write(message);
        foreach (var (at, value) in changes)
            frame[PeerFrame.HeadBytes + at % (frame.Length - PeerFrame.HeadBytes)] = value;
        var read = PeerCodec.Read((PeerMessageKind)frame[4], frame.AsSpan(PeerFrame.HeadBytes));
        return !read.Succeeded || PeerCodec.Write(read.Value).AsSpan().SequenceEqual(frame);
    }, iter: 20_000);

    [Fact]
    public void A_message_cut_short_or_made_longer_is_refused() => _messages.Sample(message =>
    {
        var frame = PeerCodec.Write(message);
        var (kind, body) = ((PeerMessageKind)frame[4], frame[PeerFrame.HeadBytes..]);
        for (var length = 0; length < body.Length; length++)
        {
            if (PeerCodec.Read(kind, body.AsSpan(0, length)) is not { Failure.Code: var code } || (code != DO_E_INVALID_PEER_MSG && code != DO_E_INVALID_HANDSHAKE_LEN))
                return false;
        }
        return PeerCodec.Read(kind, [.. body, 0]).Failure is not null;
    }, iter: 300);

    [Fact]
    public void A_tag_and_a_payload_count_as_of_the_frame() => _messages.Sample(message =>
    {
        var frame = PeerCodec.Write(message);
        var payload = message is PeerMessage.Bytes ? 77 : 0;
        PeerCodec.Write(message, frame, FrameSeal.TagBytes + payload);
        var head = PeerFrame.Read(frame.AsSpan(0, PeerFrame.HeadBytes), isSealed: true);
        return head.Succeeded && head.Value == new PeerFrame((PeerMessageKind)frame[4], frame.Length - PeerFrame.HeadBytes, payload);
    }, iter: 500);

    [Theory]
    [MemberData(nameof(PeerProtocolPageTests.Kinds), MemberType = typeof(PeerProtocolPageTests))]
    public void The_longest_body_of_each_kind_is_bounded_before_it_is_taken(string name)
    {
        var kind = Enum.Parse<PeerMessageKind>(name);
        var lengths = Enumerable.Range(0, 600_000).Where(length => Head(kind, length).Succeeded).ToList();

        Assert.InRange(lengths[^1], 4, kind == PeerMessageKind.Data ? PeerFrame.DataBodyBytes + PeerLimits.PayloadBytesMax : PeerLimits.BodyBytesMax);
        Assert.True(lengths[0] > 3);
        var longest = Head(kind, lengths[^1] + 1).Failure!;
        Assert.Equal(kind is PeerMessageKind.Hello or PeerMessageKind.Proof ? DO_E_INVALID_HANDSHAKE_LEN : DO_E_PEER_MSG_TOO_LONG, longest.Code);
        Assert.Contains(name.ToUpperInvariant(), longest.Text, StringComparison.Ordinal);
        Assert.False(PeerFrame.Read([0xFF, 0xFF, 0xFF, 0xFF, (byte)kind], isSealed: false).Succeeded);
        Assert.False(PeerFrame.Read([0, 0, 0, 0, (byte)kind], isSealed: true).Succeeded);
    }

    [Fact]
    public void A_type_that_is_not_known_is_an_offence()
    {
        Assert.Equal([DO_E_INVALID_PEER_MSG, DO_E_INVALID_PEER_MSG], new byte[] { 0, 19 }.Select(type => PeerFrame.Read([0, 0, 0, 9, type], isSealed: false).Code));
        Assert.Equal(DO_E_INVALID_PEER_MSG, PeerCodec.Read((PeerMessageKind)19, new byte[8]).Code);
    }

    [Fact]
    public void The_largest_messages_are_written_and_read()
    {
        PeerMessage[] largest =
        [
            new PeerMessage.Bitmap(1, 2, new PieceIndex(PeerLimits.PiecesMax - PeerLimits.BitmapPiecesMax), PeerLimits.BitmapPiecesMax, new byte[PeerLimits.BitmapPiecesMax / 8]),
            new PeerMessage.Have(1, 2, [.. Enumerable.Range(0, PeerLimits.HavePiecesMax).Select(i => new PieceIndex(i))]),
            new PeerMessage.Attest(1, new byte[128], new byte[32], new byte[64], [.. Enumerable.Range(0, PeerLimits.AttestedPiecesMax).Select(i => new AttestedPiece(new PieceIndex(i), default))]),
            new PeerMessage.Bye(DO_E_LOST_CONNECTION, new string('x', PeerLimits.TextBytesMax)),
            new PeerMessage.Peers(1, [.. Enumerable.Repeat(new IPEndPoint(IPAddress.IPv6Loopback, 1), PeerLimits.EndpointsMax)]),
        ];

        Assert.All(largest, message => Assert.Null(Read(PeerCodec.Write(message)).Failure));
    }

    [Fact]
    public void An_address_of_four_in_the_dress_of_six_goes_out_as_four()
    {
        var frame = PeerCodec.Write(new PeerMessage.Peers(1, [new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.7"), 80)]));

        Assert.Equal("04c00002070050", Convert.ToHexStringLower(frame.AsSpan(PeerFrame.HeadBytes + 5)));
    }

    static Outcome<PeerFrame> Head(PeerMessageKind kind, int bodyBytes)
    {
        Span<byte> head = stackalloc byte[PeerFrame.HeadBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, bodyBytes + 1);
        head[4] = (byte)kind;
        return PeerFrame.Read(head, isSealed: false);
    }

    static Outcome<PeerMessage> Read(byte[] frame, int payload = 0)
    {
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4 + payload);
        var head = PeerFrame.Read(frame.AsSpan(0, PeerFrame.HeadBytes), isSealed: false);
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        return head.Succeeded ? PeerCodec.Read(head.Value, frame.AsSpan(PeerFrame.HeadBytes)) : head.Failure;
    }

    static byte[] Bits(bool[] bits)
    {
        var bytes = new byte[(bits.Length + 7) / 8];
        for (var i = 0; i < bits.Length; i++)
            bytes[i / 8] |= (byte)(bits[i] ? 1 << i % 8 : 0);
        return bytes;
    }
}
