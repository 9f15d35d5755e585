using System.Buffers.Binary;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>A peer's record in Redis, beside its id. Most have at most 64 bytes: larger ones cost a hash of Redis its compact form.</summary>
/// <remarks>Network (8 bytes), flags (1), port (2), expiry (4), each big endian; bytes downloaded, uploaded and from the origin, each in groups of seven
/// bits from the lowest on; the site (8) where there is one; the observed address, the number of own addresses (1), those. An address is a byte for
/// its length, then so many bytes; an own one that was observed has none.</remarks>
/// <param name="Peer">The peer.</param>
/// <param name="Totals">What it has moved.</param>
/// <param name="ExpiresAt">When it is forgotten.</param>
readonly record struct RedisRecord(PeerRecord Peer, PeerTotals Totals, uint ExpiresAt)
{
    /// <summary>Bit of the flags, the byte after the network, that tells who has all.</summary>
    public const int CompleteBit = 4;

    const int Flags = 8;
    const int Port = Flags + 1;
    const int Expiry = Port + 2;
    const int Rest = Expiry + 4;
    const int ModeBits = 3;
    const int RestrictedBit = 8;
    const int SiteBit = 16;
    const int V4Size = 4;
    const int TotalMax = 10; // bytes of a number of 64 bits
    const int BytesMax = Rest + 3 * TotalMax + sizeof(ulong) + 1 + (Announce.AddressesMax + 1) * (1 + HostAddress.Size);

    public byte[] Write()
    {
        Span<byte> bytes = stackalloc byte[BytesMax];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Peer.Observed.Network);
        bytes[Flags] = (byte)((int)Peer.Mode | (Peer.IsComplete ? CompleteBit : 0) | (Peer.IsRestricted ? RestrictedBit : 0) | (Peer.Site != 0 ? SiteBit : 0));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[Port..], Peer.Port);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[Expiry..], ExpiresAt);
        var writer = new Writer(bytes, Rest);
        writer.Number((ulong)Totals.Downloaded);
        writer.Number((ulong)Totals.Uploaded);
        writer.Number((ulong)Totals.FromOrigin);
        if (Peer.Site != 0)
            writer.Site(Peer.Site);
        writer.Address(Peer.Observed);
        writer.Byte(Peer.Own.Length);
        foreach (var own in Peer.Own)
        {
            if (own == Peer.Observed)
                writer.Byte(0);
            else
                writer.Address(own);
        }
        return bytes[..writer.At].ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> has written; null for anything else, such as what a later version may write.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="bytes">The record.</param>
    public static RedisRecord? Read(UInt128 id, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Rest || (bytes[Flags] & ModeBits) > (int)PeerMode.Internet || bytes[Flags] >= SiteBit * 2)
            return null;
        var reader = new Reader(bytes, Rest);
        var totals = new PeerTotals((long)reader.Number(), (long)reader.Number(), (long)reader.Number());
        var site = (bytes[Flags] & SiteBit) != 0 ? reader.Site() : 0;
        var observed = reader.Address() ?? default;
        var count = reader.Byte();
        if (reader.IsBroken || count > Announce.AddressesMax)
            return null;
        var own = new HostAddress[count];
        for (var i = 0; i < own.Length; i++)
            own[i] = reader.Address() ?? observed;
        if (!reader.IsAtEnd)
            return null;
        var peer = new PeerRecord
        {
            Id = id,
            Observed = observed,
            Own = own,
            Site = site,
            Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[Port..]),
            Mode = (PeerMode)(bytes[Flags] & ModeBits),
            IsComplete = (bytes[Flags] & CompleteBit) != 0,
            IsRestricted = (bytes[Flags] & RestrictedBit) != 0,
        };
        return new RedisRecord(peer, totals, BinaryPrimitives.ReadUInt32BigEndian(bytes[Expiry..]));
    }

    ref struct Writer(Span<byte> bytes, int at)
    {
        readonly Span<byte> _bytes = bytes;

        public int At { get; private set; } = at;

        public void Byte(int value) => _bytes[At++] = (byte)value;

        public void Number(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                Byte((int)(value & 0x7F) | 0x80);
            Byte((int)value);
        }

        public void Site(ulong value)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_bytes[At..], value);
            At += sizeof(ulong);
        }

        public void Address(HostAddress address)
        {
            Span<byte> whole = stackalloc byte[HostAddress.Size];
            address.Write(whole);
            var part = address.IsV4 ? whole[^V4Size..] : whole;
            Byte(part.Length);
            part.CopyTo(_bytes[At..]);
            At += part.Length;
        }
    }

    /// <summary>What it reads beyond the end is nothing, and shows.</summary>
    ref struct Reader(ReadOnlySpan<byte> bytes, int at)
    {
        ReadOnlySpan<byte> _left = bytes[at..];

        public bool IsBroken { get; private set; }

        public readonly bool IsAtEnd => !IsBroken && _left.IsEmpty;

        public int Byte() => Take(1) is [var value] ? value : 0;

        public ulong Number()
        {
            ulong value = 0;
            for (var shift = 0; shift < TotalMax * 7; shift += 7)
            {
                var next = Byte();
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return value;
            }
            IsBroken = true;
            return 0;
        }

        public ulong Site() => Take(sizeof(ulong)) is { Length: sizeof(ulong) } value ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;

        /// <summary>An address, or null for one that is told already.</summary>
        public HostAddress? Address()
        {
            var length = Byte();
            if (length is not (0 or V4Size or HostAddress.Size))
                IsBroken = true;
            if (IsBroken || length == 0)
                return null;
            Span<byte> whole = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0];
            Take(length).CopyTo(whole[(HostAddress.Size - length)..]);
            return HostAddress.Read(whole);
        }

        ReadOnlySpan<byte> Take(int count)
        {
            if (IsBroken || _left.Length < count)
            {
                IsBroken = true;
                return [];
            }
            var taken = _left[..count];
            _left = _left[count..];
            return taken;
        }
    }
}
