using System.Net;
using System.Net.Sockets;
using Haul.Engine.Policies;

namespace Haul.Engine.Peers;

/// <summary>Which addresses an agent speaks with, by its download mode. Pure.</summary>
/// <param name="mode">The mode.</param>
/// <param name="sameSubnetOnly">Only with those of the same subnet.</param>
/// <param name="own">This machine's addresses with their prefix lengths.</param>
/// <param name="isLoopback">The agent takes connections on loopback alone: then it speaks with loopback, and else never.</param>
sealed class PeerAddresses(DownloadMode mode, bool sameSubnetOnly, IReadOnlyList<(IPAddress Address, int PrefixLength)> own, bool isLoopback)
{
    /// <summary>Whether a connection with an address is allowed, whoever makes it.</summary>
    public bool Allows(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || isLoopback)
            return IPAddress.IsLoopback(address) && isLoopback && mode is DownloadMode.Lan or DownloadMode.Group or DownloadMode.Internet;
        if (IsNobody(address))
            return false;
        if (sameSubnetOnly && !IsOnLink(address))
            return false;
        return mode switch
        {
            DownloadMode.Lan => IsOnLink(address) || IsLocal(address),
            DownloadMode.Group or DownloadMode.Internet => true,
            _ => false,
        };
    }

    /// <summary>Where an address lies, for the sums of bytes.</summary>
    public PeerKind KindOf(IPAddress address) =>
        address.IsIPv6LinkLocal || IsLinkLocal4(address) ? PeerKind.LinkLocal
        : IPAddress.IsLoopback(address) || IsOnLink(address) || IsLocal(address) ? PeerKind.Lan
        : mode == DownloadMode.Group ? PeerKind.Group
        : PeerKind.Internet;

    bool IsOnLink(IPAddress address) => own.Any(each => each.PrefixLength > 0 && IsIn(address, each.Address, each.PrefixLength));

    /// <summary>Addresses that no single machine has.</summary>
    static bool IsNobody(IPAddress address) =>
        address.IsIPv6Multicast || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast) || address.IsIPv4MappedToIPv6
        || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is 0 or >= 224);

    /// <summary>Private, link-local and unique local addresses (RFC 1918, 3927, 4193, 4291).</summary>
    static bool IsLocal(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) || (bytes[0] == 192 && bytes[1] == 168) || IsLinkLocal4(address)
            : address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
    }

    static bool IsLinkLocal4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..];

    static bool IsIn(IPAddress address, IPAddress network, int prefixLength)
    {
        if (address.AddressFamily != network.AddressFamily)
            return false;
        var (one, other) = (address.GetAddressBytes(), network.GetAddressBytes());
        for (var bit = 0; bit < prefixLength && bit < one.Length * 8; bit += 8)
        {
            var mask = (byte)(0xff << Math.Max(0, 8 - (prefixLength - bit)));
            if ((one[bit / 8] & mask) != (other[bit / 8] & mask))
                return false;
        }
        return true;
    }
}

/// <summary>Where a peer lies, as Delivery Optimization counts its bytes.</summary>
enum PeerKind
{
    Lan,
    LinkLocal,
    Group,
    Internet,
}
