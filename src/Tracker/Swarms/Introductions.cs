using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;

namespace Haul.Tracker.Swarms;

/// <summary>Who is introduced to whom, who comes first, and by which addresses. Pure rules, the same for every register.</summary>
/// <remarks>
/// Both sides must allow it: an agent in mode lan meets only those who come through the same door (<see cref="HostAddress.Network"/>),
/// whatever their mode. Private addresses mean something behind the same door only, or in one group that says of itself (mode group on
/// both sides) that its networks are one.
/// </remarks>
static class Introductions
{
    /// <summary>Not introduced.</summary>
    public const int None = -1;

    /// <summary>Addresses that are told of one peer: its own and where it was seen.</summary>
    public const int AddressesMax = Announce.AddressesMax + 1;

    const int SameSubnet = 3;
    const int SameSite = 2;
    const int SameNetwork = 1;
    const int Elsewhere = 0;

    /// <summary>How near <paramref name="other"/> is to <paramref name="asker"/>, nearer being more; <see cref="None"/> when they are not to meet.</summary>
    public static int RankOf(in PeerRecord asker, in PeerRecord other)
    {
        var isNear = asker.Observed.Network == other.Observed.Network;
        if (!isNear && (asker.Mode == PeerMode.Lan || other.Mode == PeerMode.Lan))
            return None;
        var sharesOwn = (isNear || AreOneGroup(asker, other)) && SharesOwnSubnet(asker, other);
        // Without a common door only where they were seen is proved.
        var sharesSubnet = sharesOwn || (!isNear && asker.Observed.Subnet == other.Observed.Subnet);
        if (!sharesSubnet && (asker.IsRestricted || other.IsRestricted))
            return None;
        if (!isNear && !sharesOwn && !CanTellObserved(asker, other))
            return None;
        if (sharesSubnet)
            return SameSubnet;
        return asker.Site != 0 && asker.Site == other.Site ? SameSite : isNear ? SameNetwork : Elsewhere;
    }

    /// <summary>The addresses by which <paramref name="asker"/> may reach <paramref name="other"/>, best first; how many.</summary>
    /// <param name="asker">Who is told.</param>
    /// <param name="other">Whose addresses.</param>
    /// <param name="addresses">Room for <see cref="AddressesMax"/>.</param>
    public static int Tell(in PeerRecord asker, in PeerRecord other, Span<HostAddress> addresses)
    {
        var isNear = asker.Observed.Network == other.Observed.Network;
        var count = 0;
        if (isNear || (AreOneGroup(asker, other) && SharesOwnSubnet(asker, other)))
        {
            foreach (var own in other.Own)
                Insert(addresses, ref count, own, isFirst: IsInSubnetOf(asker, own));
        }
        // Seen where the asker itself is seen, it is behind the same translator, and few of those lead back in.
        if ((count == 0 || asker.Observed != other.Observed) && CanTellObserved(asker, other) && !addresses[..count].Contains(other.Observed))
            addresses[count++] = other.Observed;
        return count;
    }

    static bool AreOneGroup(in PeerRecord asker, in PeerRecord other) => asker.Mode == PeerMode.Group && other.Mode == PeerMode.Group;

    // Where a tracker sees private addresses it is within that network, and so is whoever it sees by one.
    static bool CanTellObserved(in PeerRecord asker, in PeerRecord other) =>
        other.Observed.CanBeTold && (!other.Observed.IsPrivate || asker.Observed.IsPrivate || asker.Observed.IsLoopback);

    static bool SharesOwnSubnet(in PeerRecord asker, in PeerRecord other)
    {
        foreach (var own in other.Own)
        {
            if (IsInSubnetOf(asker, own))
                return true;
        }
        return false;
    }

    static bool IsInSubnetOf(in PeerRecord asker, HostAddress address)
    {
        foreach (var own in asker.Own)
        {
            if (own.Subnet == address.Subnet)
                return true;
        }
        return false;
    }

    static void Insert(Span<HostAddress> addresses, ref int count, HostAddress address, bool isFirst)
    {
        if (isFirst)
        {
            addresses[..count].CopyTo(addresses[1..]);
            addresses[0] = address;
        }
        else
        {
            addresses[count] = address;
        }
        count++;
    }
}
