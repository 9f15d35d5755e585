using System.Buffers.Binary;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>The head of a frame: what follows it, checked against every limit before anything is taken or allocated.</summary>
/// <param name="Kind">Which message.</param>
/// <param name="BodyBytes">Bytes of its fields, which come first.</param>
/// <param name="PayloadBytes">Bytes of content behind the fields and the tag; of DATA only.</param>
readonly record struct PeerFrame(PeerMessageKind Kind, int BodyBytes, int PayloadBytes)
{
    /// <summary>Bytes of a head: the length of what follows it (4), the type (1).</summary>
    public const int HeadBytes = sizeof(uint) + 1;

    /// <summary>Bytes of the fields of DATA.</summary>
    public const int DataBodyBytes = 3 * sizeof(uint);

    /// <summary>Bytes of a whole frame without its payload, at most.</summary>
    public const int BytesMax = HeadBytes + PeerLimits.BodyBytesMax + FrameSeal.TagBytes;

    /// <summary>Reads a head.</summary>
    /// <param name="head">As many bytes as a head has.</param>
    /// <param name="isSealed">Frames have tags behind their fields.</param>
    public static Outcome<PeerFrame> Read(ReadOnlySpan<byte> head, bool isSealed)
    {
        var kind = (PeerMessageKind)head[sizeof(uint)];
        if (!Enum.IsDefined(kind))
            return new Failure(DO_E_INVALID_PEER_MSG, $"The peer sent a message of type {(byte)kind}, which Haul/1 does not have");
        // The type counts as well.
        var length = BinaryPrimitives.ReadUInt32BigEndian(head) - 1L - (isSealed ? FrameSeal.TagBytes : 0);
        var (min, max) = LengthOf(kind);
        if (length >= min && length <= max)
            return kind == PeerMessageKind.Data ? new PeerFrame(kind, DataBodyBytes, (int)length - DataBodyBytes) : new PeerFrame(kind, (int)length, 0);
        var code = kind is PeerMessageKind.Hello or PeerMessageKind.Proof ? DO_E_INVALID_HANDSHAKE_LEN
            : length > max ? DO_E_PEER_MSG_TOO_LONG : DO_E_INVALID_PEER_MSG;
        return new Failure(code, $"The peer's {kind.ToString().ToUpperInvariant()} has {length} bytes, and must have {min} to {max}");
    }

    // The fewest and the most bytes that the fields can have; those of DATA with the payload.
    static (int Min, int Max) LengthOf(PeerMessageKind kind) => kind switch
    {
        PeerMessageKind.Hello => (PeerCodec.HelloBytes + 1, PeerCodec.HelloBytes + PeerLimits.PublicKeyBytesMax),
        PeerMessageKind.Proof => (PeerLimits.MacBytes + 1, PeerLimits.MacBytes + 1 + PeerLimits.SignatureBytes),
        PeerMessageKind.Meta => (55, 55),
        PeerMessageKind.Leave => (4, 4),
        PeerMessageKind.Bitmap => (15, 14 + PeerLimits.BitmapPiecesMax / 8),
        PeerMessageKind.Have => (8, 8 + PeerLimits.HavePiecesMax * sizeof(uint)),
        PeerMessageKind.Claim or PeerMessageKind.Renew => (16, 16),
        PeerMessageKind.Release or PeerMessageKind.Cancel or PeerMessageKind.Ping or PeerMessageKind.Pong => (8, 8),
        PeerMessageKind.Request => (20, 20),
        PeerMessageKind.Data => (DataBodyBytes + 1, DataBodyBytes + PeerLimits.PayloadBytesMax),
        PeerMessageKind.Busy => (18, 18),
        PeerMessageKind.Attest => (PeerCodec.AttestBytes + 1 + PeerCodec.AttestedPieceBytes, PeerCodec.AttestBytes + PeerLimits.PublicKeyBytesMax + PeerLimits.AttestedPiecesMax * PeerCodec.AttestedPieceBytes),
        PeerMessageKind.Peers => (5, 5 + PeerLimits.EndpointsMax * 19),
        _ => (6, 6 + PeerLimits.TextBytesMax), // Bye
    };
}
