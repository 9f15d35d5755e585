using System.Buffers.Binary;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>How an announce stands in the journal: what it says of the agent, and those of its swarms that are news.</summary>
/// <remarks>
/// Group and agent (16 bytes each), when (4) and for how long it is good (a number), port (2), flags (1), the site (8) where there is one, the
/// observed address, the number of own addresses (1), those, the number of swarms (1); of each its id (32), mode and event (1), and what is left,
/// was downloaded, uploaded and fetched from origins (numbers). Fields of a fixed size are big endian; a number goes in groups of seven bits from the
/// lowest on; an address is a byte for its length, then so many bytes, and an own one that was observed has none.
/// </remarks>
ref struct JournalWriter(Span<byte> bytes)
{
    /// <summary>Bytes of the largest announce there is.</summary>
    public const int BytesMax = (2 * 16) + 4 + NumberMax + 2 + 1 + 8 + ((Announce.AddressesMax + 1) * (1 + HostAddress.Size)) + 2
        + (Announce.SwarmsMax * (SwarmHash.Size + 1 + (4 * NumberMax)));

    public const int RestrictedBit = 1;
    public const int SiteBit = 2;
    public const int ModeBits = 3;
    public const int EventShift = 2;
    public const int V4Size = 4;

    /// <summary>Bytes of the largest number.</summary>
    public const int NumberMax = 10;

    readonly Span<byte> _bytes = bytes;

    /// <summary>How much was written.</summary>
    public int At { get; private set; }

    /// <summary>Writes an announce without those of its swarms that are no news.</summary>
    public void Write(Announce announce, AnnounceAnswer answer, int newsCount)
    {
        ref readonly var peer = ref announce.Peer;
        Wide(announce.Group);
        Wide(peer.Id);
        BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), announce.Now);
        Number(announce.ExpiresAt - announce.Now);
        BinaryPrimitives.WriteUInt16BigEndian(Take(sizeof(ushort)), peer.Port);
        Byte((peer.IsRestricted ? RestrictedBit : 0) | (peer.Site != 0 ? SiteBit : 0));
        if (peer.Site != 0)
            BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), peer.Site);
        Address(peer.Observed);
        Byte(peer.Own.Count);
        foreach (var own in peer.Own)
        {
            if (own == peer.Observed)
                Byte(0);
            else
                Address(own);
        }
        Byte(newsCount);
        for (var i = 0; i < announce.Swarms.Length; i++)
        {
            if (answer.Swarms[i].IsNews)
                Swarm(announce.Swarms[i]);
        }
    }

    void Swarm(in SwarmAnnounce swarm)
    {
        swarm.Id.Write(Take(SwarmHash.Size));
        Byte((int)swarm.Mode | (int)swarm.Event << EventShift);
        Number((ulong)swarm.Left);
        Number((ulong)swarm.Totals.Downloaded);
        Number((ulong)swarm.Totals.Uploaded);
        Number((ulong)swarm.Totals.FromOrigin);
    }

    void Wide(UInt128 value) => BinaryPrimitives.WriteUInt128BigEndian(Take(16), value);

    void Byte(int value) => _bytes[At++] = (byte)value;

    void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((int)(value & 0x7F) | 0x80);
        Byte((int)value);
    }

    void Address(HostAddress address)
    {
        Span<byte> whole = stackalloc byte[HostAddress.Size];
        address.Write(whole);
        var part = address.IsV4 ? whole[^V4Size..] : whole;
        Byte(part.Length);
        part.CopyTo(Take(part.Length));
    }

    Span<byte> Take(int count)
    {
        At += count;
        return _bytes[(At - count)..At];
    }
}
