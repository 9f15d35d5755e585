using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Unicode;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>Turns messages into frames and back. It keeps nothing, and what it reads may be anything.</summary>
static class PeerCodec
{
    /// <summary>Bytes of HELLO without the key.</summary>
    public const int HelloBytes = 4 + 2 + 2 + PeerLimits.NonceBytes + 4 + 2 + 1;

    /// <summary>Bytes of ATTEST without the key and the pieces.</summary>
    public const int AttestBytes = 4 + 1 + PeerLimits.MacBytes + PeerLimits.SignatureBytes + 2;

    /// <summary>Bytes of one piece in ATTEST.</summary>
    public const int AttestedPieceBytes = sizeof(uint) + PieceHash.Size;

    /// <summary>Bytes of a message's frame, without tag and payload.</summary>
    public static int SizeOf(PeerMessage message) => PeerFrame.HeadBytes + message switch
    {
        PeerMessage.Hello hello => HelloBytes + hello.PublicKey.Length,
        PeerMessage.Proof proof => PeerLimits.MacBytes + 1 + proof.Signature.Length,
        PeerMessage.Meta => 55,
        PeerMessage.Leave => 4,
        PeerMessage.Bitmap bitmap => 14 + bitmap.Bits.Length,
        PeerMessage.Have have => 8 + have.Pieces.Length * sizeof(uint),
        PeerMessage.Claim or PeerMessage.Renew => 16,
        PeerMessage.Release or PeerMessage.Cancel or PeerMessage.Ping or PeerMessage.Pong => 8,
        PeerMessage.Request => 20,
        PeerMessage.Bytes => PeerFrame.DataBodyBytes,
        PeerMessage.Busy => 18,
        PeerMessage.Attest attest => AttestBytes + attest.SignerKey.Length + attest.Pieces.Length * AttestedPieceBytes,
        PeerMessage.Peers peers => 5 + PeerFields.SizeOf(peers.Endpoints),
        PeerMessage.Bye bye => 6 + PeerFields.Text.GetByteCount(bye.Text),
        _ => throw new ArgumentException($"{message.GetType().Name} is no message of Haul/1.", nameof(message)),
    };

    /// <summary>Writes a message's frame, and gives its bytes.</summary>
    /// <param name="message">One that keeps to the limits; another is a bug.</param>
    /// <param name="frame">Room for as many bytes as <see cref="SizeOf(PeerMessage)"/> says.</param>
    /// <param name="bytesAfter">What of the frame comes behind the fields: tag and payload.</param>
    public static int Write(PeerMessage message, Span<byte> frame, int bytesAfter = 0)
    {
        var writer = new WireWriter(frame[PeerFrame.HeadBytes..]);
        var kind = PeerFields.Write(message, ref writer);
        BinaryPrimitives.WriteInt32BigEndian(frame, 1 + writer.Count + bytesAfter);
        frame[sizeof(uint)] = (byte)kind;
        return PeerFrame.HeadBytes + writer.Count;
    }

    /// <summary>A message's frame.</summary>
    public static byte[] Write(PeerMessage message)
    {
        var frame = new byte[SizeOf(message)];
        Write(message, frame);
        return frame;
    }

    /// <summary>Reads the message of a frame whose head was read.</summary>
    /// <param name="frame">The head.</param>
    /// <param name="body">The frame's fields.</param>
    public static Outcome<PeerMessage> Read(PeerFrame frame, ReadOnlySpan<byte> body)
    {
        var read = Read(frame.Kind, body);
        return read.Value is PeerMessage.Bytes data && frame.PayloadBytes > PeerLimits.RequestBytesMax - data.Offset
            ? new Failure(DO_E_INVALID_PEER_MSG, $"The peer's DATA breaks the protocol: {frame.PayloadBytes} bytes at offset {data.Offset} end behind the piece")
            : read;
    }

    /// <summary>Reads a message from a frame's fields.</summary>
    /// <param name="kind">The frame's type.</param>
    /// <param name="body">The bytes behind the head; of DATA those before the payload.</param>
    public static Outcome<PeerMessage> Read(PeerMessageKind kind, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(kind, body);
        PeerMessage message = kind switch
        {
            PeerMessageKind.Hello => ReadHello(ref reader),
            PeerMessageKind.Proof => new PeerMessage.Proof(reader.Bytes("mac", PeerLimits.MacBytes), ReadSignature(ref reader)),
            PeerMessageKind.Meta => ReadMeta(ref reader),
            PeerMessageKind.Leave => new PeerMessage.Leave(reader.U32("channel")),
            PeerMessageKind.Bitmap => ReadBitmap(ref reader),
            PeerMessageKind.Have => ReadHave(ref reader),
            PeerMessageKind.Claim => new PeerMessage.Claim(reader.U32("channel"), ReadSlice(ref reader), reader.U32("lease", 1, PeerLimits.LeaseMillisecondsMax), reader.U32("done")),
            PeerMessageKind.Renew => new PeerMessage.Renew(reader.U32("channel"), ReadSlice(ref reader), reader.U32("lease", 1, PeerLimits.LeaseMillisecondsMax), reader.U32("done")),
            PeerMessageKind.Release => new PeerMessage.Release(reader.U32("channel"), ReadSlice(ref reader)),
            PeerMessageKind.Request => ReadRequest(ref reader),
            PeerMessageKind.Data => new PeerMessage.Bytes(reader.U32("channel"), reader.U32("id"), reader.U32("offset", 0, PeerLimits.RequestBytesMax - 1)),
            PeerMessageKind.Cancel => new PeerMessage.Cancel(reader.U32("channel"), reader.U32("id")),
            PeerMessageKind.Busy => new PeerMessage.Busy(reader.U32("channel"), reader.U32("id"), ReadFailureCode(ref reader), reader.U32("retry", 0, PeerLimits.RetryMillisecondsMax), reader.U16("queue")),
            PeerMessageKind.Attest => ReadAttest(ref reader),
            PeerMessageKind.Peers => ReadPeers(ref reader),
            PeerMessageKind.Ping => new PeerMessage.Ping(reader.U64("token")),
            PeerMessageKind.Pong => new PeerMessage.Pong(reader.U64("token")),
            PeerMessageKind.Bye => new PeerMessage.Bye(new HResult((int)reader.U32("code")), ReadText(ref reader)),
            _ => new PeerMessage.Leave(0),
        };
        if (!Enum.IsDefined(kind))
            reader.Refuse($"Haul/1 does not have type {(byte)kind}");
        return reader.Finish(message);
    }

    static PeerMessage.Hello ReadHello(ref WireReader reader)
    {
        if (!reader.Next("magic", PeerFields.Magic.Length).SequenceEqual(PeerFields.Magic))
            reader.Refuse("it does not begin with HAUL");
        var min = reader.U16("the lowest version", 1, ushort.MaxValue);
        var max = reader.U16("the highest version", min, ushort.MaxValue);
        return new PeerMessage.Hello((ushort)min, (ushort)max, reader.Bytes("nonce", PeerLimits.NonceBytes), (HelloFlags)reader.U32("flags"),
            reader.U16("port"), reader.ShortBytes("public key", 1, PeerLimits.PublicKeyBytesMax));
    }

    static byte[] ReadSignature(ref WireReader reader)
    {
        var signature = reader.ShortBytes("signature", 0, PeerLimits.SignatureBytes);
        if (signature.Length is not (0 or PeerLimits.SignatureBytes))
            reader.Refuse($"the signature has {signature.Length} bytes, and must have none or {PeerLimits.SignatureBytes}");
        return signature;
    }

    static PeerMessage.Meta ReadMeta(ref WireReader reader)
    {
        var channel = reader.U32("channel");
        var swarm = ReadHash(ref reader, "swarm");
        var length = reader.U64("length", 0, (long)PeerLimits.PiecesMax * PieceLayout.StandardPieceSize);
        var pieceSize = reader.U32("piece size", Manifest.PieceSizeMin, PieceLayout.StandardPieceSize);
        if (!Manifest.IsPieceSize(pieceSize))
            reader.Refuse($"piece size is {pieceSize}, and must be a power of two");
        else if ((length + pieceSize - 1) / pieceSize > PeerLimits.PiecesMax)
            reader.Refuse($"{length} bytes in pieces of {pieceSize} are more than {PeerLimits.PiecesMax} pieces");
        var slice = reader.U16("slice", 1, ushort.MaxValue);
        var capacity = reader.U32("capacity");
        var flags = (MetaFlags)reader.U8("flags");
        if ((flags & ~(MetaFlags.MayFetch | MetaFlags.WantsAttestations | MetaFlags.IsComplete)) != 0)
            reader.Refuse($"flags is {(byte)flags}, which has bits that are not known");
        return new PeerMessage.Meta(channel, new SwarmId(swarm), length, pieceSize, (ushort)slice, capacity, flags);
    }

    static PeerMessage.Bitmap ReadBitmap(ref WireReader reader)
    {
        var channel = reader.U32("channel");
        var queue = reader.U16("queue");
        var first = reader.U32("first piece", 0, PeerLimits.PiecesMax - 1);
        var count = reader.U32("count", 1, Math.Min(PeerLimits.BitmapPiecesMax, PeerLimits.PiecesMax - first));
        var bits = reader.Bytes("bits", (count + 7) / 8);
        if (bits.Length > 0 && (count & 7) != 0 && bits[^1] >> (count & 7) != 0)
            reader.Refuse("bits behind the last piece are set");
        return new PeerMessage.Bitmap(channel, queue, new PieceIndex(first), count, bits);
    }

    static PeerMessage.Have ReadHave(ref WireReader reader)
    {
        var channel = reader.U32("channel");
        var queue = reader.U16("queue");
        var count = reader.U16("count", 0, PeerLimits.HavePiecesMax);
        // Nothing is allocated for a list that is not there.
        if (reader.Left < count * sizeof(uint))
            reader.Refuse("it ends in pieces");
        var pieces = reader.Failure is null ? new PieceIndex[count] : [];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = ReadPiece(ref reader);
        return new PeerMessage.Have(channel, queue, pieces);
    }

    static PeerMessage.Request ReadRequest(ref WireReader reader)
    {
        var (channel, id, piece) = (reader.U32("channel"), reader.U32("id"), ReadPiece(ref reader));
        var offset = reader.U32("offset", 0, PeerLimits.RequestBytesMax - 1);
        return new PeerMessage.Request(channel, id, piece, offset, reader.U32("length", 1, PeerLimits.RequestBytesMax - offset));
    }

    static PeerMessage.Attest ReadAttest(ref WireReader reader)
    {
        var channel = reader.U32("channel");
        var key = reader.ShortBytes("signer's key", 1, PeerLimits.PublicKeyBytesMax);
        var membership = reader.Bytes("membership", PeerLimits.MacBytes);
        var signature = reader.Bytes("signature", PeerLimits.SignatureBytes);
        var count = reader.U16("count", 1, PeerLimits.AttestedPiecesMax);
        if (reader.Left < count * AttestedPieceBytes)
            reader.Refuse("it ends in pieces");
        var pieces = reader.Failure is null ? new AttestedPiece[count] : [];
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new AttestedPiece(ReadPiece(ref reader), ReadHash(ref reader, "hash"));
            if (i > 0 && pieces[i].Piece.Value <= pieces[i - 1].Piece.Value)
                reader.Refuse($"{pieces[i].Piece} stands behind {pieces[i - 1].Piece}");
        }
        return new PeerMessage.Attest(channel, key, membership, signature, pieces);
    }

    static PeerMessage.Peers ReadPeers(ref WireReader reader)
    {
        var channel = reader.U32("channel");
        var count = reader.U8("count");
        if (count > PeerLimits.EndpointsMax)
            reader.Refuse($"count is {count}, and must be at most {PeerLimits.EndpointsMax}");
        var endpoints = new List<IPEndPoint>(reader.Failure is null ? count : 0);
        while (endpoints.Count < count && ReadEndpoint(ref reader) is { } endpoint)
            endpoints.Add(endpoint);
        return new PeerMessage.Peers(channel, [.. endpoints]);
    }

    static IPEndPoint? ReadEndpoint(ref WireReader reader)
    {
        var family = reader.U8("family");
        if (family is not (PeerFields.Family4 or PeerFields.Family6))
            reader.Refuse($"family is {family}, and must be 4 or 6");
        var bytes = reader.Next("address", family == PeerFields.Family4 ? 4 : 16);
        var port = reader.U16("port", 1, ushort.MaxValue);
        if (reader.Failure is not null)
            return null;
        var address = new IPAddress(bytes);
        if (address.IsIPv4MappedToIPv6)
            reader.Refuse($"{address} is an address of IPv4 in the dress of IPv6");
        return new IPEndPoint(address, port);
    }

    static HResult ReadFailureCode(ref WireReader reader)
    {
        var code = new HResult((int)reader.U32("code"));
        if (code.Succeeded)
            reader.Refuse($"code is {code.Hex}, which is no failure");
        return code;
    }

    static string ReadText(ref WireReader reader)
    {
        var bytes = reader.Next("text", reader.U16("the length of text", 0, PeerLimits.TextBytesMax));
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        reader.Refuse("text is no UTF-8");
        return "";
    }

    static int ReadSlice(ref WireReader reader) => reader.U32("slice", 0, PeerLimits.PiecesMax - 1);

    static PieceIndex ReadPiece(ref WireReader reader) => new(reader.U32("piece", 0, PeerLimits.PiecesMax - 1));

    static PieceHash ReadHash(ref WireReader reader, string field) => reader.Next(field, PieceHash.Size) is { Length: > 0 } bytes ? PieceHash.Read(bytes) : default;
}
