using System.Net;
using System.Net.Sockets;
using System.Text;
using Haul.Engine.Pieces;

namespace Haul.Engine.Peers;

/// <summary>Writes the fields of each message.</summary>
static class PeerFields
{
    public const byte Family4 = 4;
    public const byte Family6 = 6;

    const int PortAndFamilyBytes = 3;

    /// <summary>How texts are written; one that is no Unicode is a bug.</summary>
    public static readonly UTF8Encoding Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What a connection begins with, behind the first head.</summary>
    public static ReadOnlySpan<byte> Magic => "HAUL"u8;

    public static int SizeOf(IPEndPoint[] endpoints)
    {
        var bytes = 0;
        foreach (var endpoint in endpoints)
            bytes += PortAndFamilyBytes + (IsFour(endpoint) ? 4 : 16);
        return bytes;
    }

    /// <summary>Writes them, and gives the type of the message.</summary>
    public static PeerMessageKind Write(PeerMessage message, ref WireWriter writer)
    {
        switch (message)
        {
            case PeerMessage.Hello hello:
                return Write(hello, ref writer);
            case PeerMessage.Proof proof:
                return Write(proof, ref writer);
            case PeerMessage.Meta meta:
                return Write(meta, ref writer);
            case PeerMessage.Leave leave:
                writer.U32(leave.Channel);
                return PeerMessageKind.Leave;
            case PeerMessage.Bitmap bitmap:
                return Write(bitmap, ref writer);
            case PeerMessage.Have have:
                return Write(have, ref writer);
            case PeerMessage.Claim claim:
                WriteClaim(claim.Channel, claim.Slice, claim.LeaseMilliseconds, claim.DoneBytes, ref writer);
                return PeerMessageKind.Claim;
            case PeerMessage.Renew renew:
                WriteClaim(renew.Channel, renew.Slice, renew.LeaseMilliseconds, renew.DoneBytes, ref writer);
                return PeerMessageKind.Renew;
            case PeerMessage.Release release:
                writer.U32(release.Channel);
                writer.U32(release.Slice);
                return PeerMessageKind.Release;
            case PeerMessage.Request request:
                return Write(request, ref writer);
            case PeerMessage.Bytes data:
                writer.U32(data.Channel);
                writer.U32(data.Id);
                writer.U32(data.Offset);
                return PeerMessageKind.Data;
            case PeerMessage.Cancel cancel:
                writer.U32(cancel.Channel);
                writer.U32(cancel.Id);
                return PeerMessageKind.Cancel;
            default:
                return WriteRest(message, ref writer);
        }
    }

    /// <summary>Writes the list of ATTEST, which is what is signed too.</summary>
    public static void Write(ReadOnlySpan<AttestedPiece> pieces, ref WireWriter writer)
    {
        foreach (var (piece, hash) in pieces)
        {
            writer.U32(piece.Value);
            hash.Write(writer.Next(PieceHash.Size));
        }
    }

    static PeerMessageKind WriteRest(PeerMessage message, ref WireWriter writer)
    {
        switch (message)
        {
            case PeerMessage.Busy busy:
                return Write(busy, ref writer);
            case PeerMessage.Attest attest:
                return Write(attest, ref writer);
            case PeerMessage.Peers peers:
                return Write(peers, ref writer);
            case PeerMessage.Ping ping:
                writer.U64(ping.Token);
                return PeerMessageKind.Ping;
            case PeerMessage.Pong pong:
                writer.U64(pong.Token);
                return PeerMessageKind.Pong;
            default:
                var bye = (PeerMessage.Bye)message;
                writer.U32((uint)bye.Code.Value);
                var bytes = Text.GetByteCount(bye.Text);
                writer.U16(checked((ushort)bytes));
                Text.GetBytes(bye.Text, writer.Next(bytes));
                return PeerMessageKind.Bye;
        }
    }

    static PeerMessageKind Write(PeerMessage.Hello hello, ref WireWriter writer)
    {
        writer.Bytes(Magic);
        writer.U16(hello.VersionMin);
        writer.U16(hello.VersionMax);
        writer.Bytes(hello.Nonce);
        writer.U32((uint)hello.Flags);
        writer.U16(hello.ListenPort);
        writer.ShortBytes(hello.PublicKey);
        return PeerMessageKind.Hello;
    }

    static PeerMessageKind Write(PeerMessage.Proof proof, ref WireWriter writer)
    {
        writer.Bytes(proof.Mac);
        writer.ShortBytes(proof.Signature);
        return PeerMessageKind.Proof;
    }

    static PeerMessageKind Write(PeerMessage.Meta meta, ref WireWriter writer)
    {
        writer.U32(meta.Channel);
        meta.Swarm.Write(writer.Next(PieceHash.Size));
        writer.U64((ulong)meta.LengthBytes);
        writer.U32(meta.PieceSize);
        writer.U16(meta.SlicePieces);
        writer.U32(meta.CapacityKiB);
        writer.U8((byte)meta.Flags);
        return PeerMessageKind.Meta;
    }

    static PeerMessageKind Write(PeerMessage.Bitmap bitmap, ref WireWriter writer)
    {
        writer.U32(bitmap.Channel);
        writer.U16(bitmap.Queue);
        writer.U32(bitmap.First.Value);
        writer.U32(bitmap.Count);
        writer.Bytes(bitmap.Bits);
        return PeerMessageKind.Bitmap;
    }

    static PeerMessageKind Write(PeerMessage.Have have, ref WireWriter writer)
    {
        writer.U32(have.Channel);
        writer.U16(have.Queue);
        writer.U16(checked((ushort)have.Pieces.Length));
        foreach (var piece in have.Pieces)
            writer.U32(piece.Value);
        return PeerMessageKind.Have;
    }

    static void WriteClaim(uint channel, int slice, int leaseMilliseconds, uint doneBytes, ref WireWriter writer)
    {
        writer.U32(channel);
        writer.U32(slice);
        writer.U32(leaseMilliseconds);
        writer.U32(doneBytes);
    }

    static PeerMessageKind Write(PeerMessage.Request request, ref WireWriter writer)
    {
        writer.U32(request.Channel);
        writer.U32(request.Id);
        writer.U32(request.Piece.Value);
        writer.U32(request.Offset);
        writer.U32(request.Length);
        return PeerMessageKind.Request;
    }

    static PeerMessageKind Write(PeerMessage.Busy busy, ref WireWriter writer)
    {
        writer.U32(busy.Channel);
        writer.U32(busy.Id);
        writer.U32((uint)busy.Code.Value);
        writer.U32(busy.RetryMilliseconds);
        writer.U16(busy.Queue);
        return PeerMessageKind.Busy;
    }

    static PeerMessageKind Write(PeerMessage.Attest attest, ref WireWriter writer)
    {
        writer.U32(attest.Channel);
        writer.ShortBytes(attest.SignerKey);
        writer.Bytes(attest.Membership);
        writer.Bytes(attest.Signature);
        writer.U16(checked((ushort)attest.Pieces.Length));
        Write(attest.Pieces, ref writer);
        return PeerMessageKind.Attest;
    }

    static PeerMessageKind Write(PeerMessage.Peers peers, ref WireWriter writer)
    {
        writer.U32(peers.Channel);
        writer.U8(checked((byte)peers.Endpoints.Length));
        foreach (var endpoint in peers.Endpoints)
        {
            var isFour = IsFour(endpoint);
            writer.U8(isFour ? Family4 : Family6);
            var address = isFour ? endpoint.Address.MapToIPv4() : endpoint.Address;
            address.TryWriteBytes(writer.Next(isFour ? 4 : 16), out _);
            writer.U16(checked((ushort)endpoint.Port));
        }
        return PeerMessageKind.Peers;
    }

    static bool IsFour(IPEndPoint endpoint) => endpoint.AddressFamily == AddressFamily.InterNetwork || endpoint.Address.IsIPv4MappedToIPv6;
}
