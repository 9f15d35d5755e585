using System.Buffers.Binary;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>A peer's record in Redis, big endian: network (8 bytes), id (16), observed address (16), site (8), port (2), flags (1), bytes
/// downloaded, uploaded, from the origin (3 times 8), expiry (4), number of own addresses (1), those (16 each).</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Totals">What it has moved.</param>
/// <param name="ExpiresAt">When it is forgotten.</param>
readonly record struct RedisRecord(PeerRecord Peer, PeerTotals Totals, uint ExpiresAt)
{
    const int Site = 8 + 16 + HostAddress.Size;
    const int Port = Site + 8;
    const int Flags = Port + 2;
    const int Moved = Flags + 1;
    const int Expiry = Moved + (3 * 8);
    const int OwnCount = Expiry + 4;
    const int Own = OwnCount + 1;
    const int ModeBits = 3;
    const int CompleteBit = 4;
    const int RestrictedBit = 8;

    public byte[] Write()
    {
        var bytes = new byte[Own + (Peer.Own.Length * HostAddress.Size)];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt64BigEndian(span, Peer.Observed.Network);
        BinaryPrimitives.WriteUInt128BigEndian(span[8..], Peer.Id);
        Peer.Observed.Write(span[24..]);
        BinaryPrimitives.WriteUInt64BigEndian(span[Site..], Peer.Site);
        BinaryPrimitives.WriteUInt16BigEndian(span[Port..], Peer.Port);
        bytes[Flags] = (byte)((int)Peer.Mode | (Peer.IsComplete ? CompleteBit : 0) | (Peer.IsRestricted ? RestrictedBit : 0));
        BinaryPrimitives.WriteInt64BigEndian(span[Moved..], Totals.Downloaded);
        BinaryPrimitives.WriteInt64BigEndian(span[(Moved + 8)..], Totals.Uploaded);
        BinaryPrimitives.WriteInt64BigEndian(span[(Moved + 16)..], Totals.FromOrigin);
        BinaryPrimitives.WriteUInt32BigEndian(span[Expiry..], ExpiresAt);
        bytes[OwnCount] = (byte)Peer.Own.Length;
        for (var i = 0; i < Peer.Own.Length; i++)
            Peer.Own[i].Write(span[(Own + (i * HostAddress.Size))..]);
        return bytes;
    }

    /// <summary>Reads what <see cref="Write"/> has written; null for anything else, such as what a later version may write.</summary>
    public static RedisRecord? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Own || bytes[OwnCount] > Announce.AddressesMax || bytes.Length != Own + (bytes[OwnCount] * HostAddress.Size) || (bytes[Flags] & ModeBits) > (int)PeerMode.Internet)
            return null;
        var own = new HostAddress[bytes[OwnCount]];
        for (var i = 0; i < own.Length; i++)
            own[i] = HostAddress.Read(bytes[(Own + (i * HostAddress.Size))..]);
        var peer = new PeerRecord
        {
            Id = BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]),
            Observed = HostAddress.Read(bytes[24..]),
            Own = own,
            Site = BinaryPrimitives.ReadUInt64BigEndian(bytes[Site..]),
            Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[Port..]),
            Mode = (PeerMode)(bytes[Flags] & ModeBits),
            IsComplete = (bytes[Flags] & CompleteBit) != 0,
            IsRestricted = (bytes[Flags] & RestrictedBit) != 0,
        };
        var totals = new PeerTotals(
            BinaryPrimitives.ReadInt64BigEndian(bytes[Moved..]), BinaryPrimitives.ReadInt64BigEndian(bytes[(Moved + 8)..]), BinaryPrimitives.ReadInt64BigEndian(bytes[(Moved + 16)..]));
        return new RedisRecord(peer, totals, BinaryPrimitives.ReadUInt32BigEndian(bytes[Expiry..]));
    }
}
