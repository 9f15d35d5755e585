using System.Runtime.InteropServices;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;

namespace Haul.Tracker.Swarms;

/// <summary>What is kept of an agent for as long as it is in a swarm.</summary>
[StructLayout(LayoutKind.Auto)]
record struct PeerRecord
{
    public UInt128 Id;

    /// <summary>Where its announce came from.</summary>
    public HostAddress Observed;

    /// <summary>What it believes to have, without what means nothing to others.</summary>
    public HostAddresses Own;

    /// <summary>The hash of its site's name; 0 for none.</summary>
    public ulong Site;

    public ushort Port;

    public PeerMode Mode;

    /// <summary>It has every piece.</summary>
    public bool IsComplete;

    /// <summary>It wants nobody from outside of its subnet (DORestrictPeerSelectionBy=1).</summary>
    public bool IsRestricted;
}

/// <summary>Bytes that an agent has moved in a swarm since it started there.</summary>
/// <param name="Downloaded">From anyone.</param>
/// <param name="Uploaded">To peers.</param>
/// <param name="FromOrigin">What origins sent, that of no use included.</param>
readonly record struct PeerTotals(long Downloaded, long Uploaded, long FromOrigin)
{
    /// <summary>What came since it announced <paramref name="last"/>; when counts went back it has begun again.</summary>
    public PeerTotals Since(PeerTotals last) => Downloaded < last.Downloaded || Uploaded < last.Uploaded || FromOrigin < last.FromOrigin
        ? this
        : new PeerTotals(Downloaded - last.Downloaded, Uploaded - last.Uploaded, FromOrigin - last.FromOrigin);
}

/// <summary>The id of a swarm, as its group's agents name it.</summary>
readonly record struct SwarmHash(UInt128 High, UInt128 Low)
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 32;

    public static SwarmHash Read(ReadOnlySpan<byte> bytes) => new(
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes),
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }
}

/// <summary>A swarm of a group: the same id in another group is another swarm.</summary>
readonly record struct SwarmKey(UInt128 Group, SwarmHash Id);
