using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Haul.Engine.Platform;

/// <summary>The interfaces of this machine to local networks: those that are up, carry multicast, and are no way to a single other end.</summary>
static class LanInterfaces
{
    /// <summary>Interfaces that are used: more than a machine has cards, and less than a host of containers has bridges.</summary>
    const int InterfacesMax = 16;

    /// <summary>Addresses of one interface that are used: those of both versions of IP, with a few that IPv6 makes for privacy.</summary>
    const int AddressesMax = 8;

    /// <summary>Those fit at present, by index.</summary>
    /// <param name="onLoopback">The loopback interface and no other.</param>
    public static IReadOnlyList<LanInterface> Read(bool onLoopback)
    {
        var found = new List<LanInterface>();
        try
        {
            foreach (var one in NetworkInterface.GetAllNetworkInterfaces())
            {
                if (IsFit(one.NetworkInterfaceType, one.OperationalStatus, one.SupportsMulticast, onLoopback) && Read(one) is { Addresses.Count: > 0 } lan)
                    found.Add(lan);
            }
        }
        catch (Exception e) when (e is NetworkInformationException or SocketException or IOException or UnauthorizedAccessException)
        {
            // They change while they are read; the next look finds them.
        }
        return [.. found.OrderBy(one => one.Index).Take(InterfacesMax)];
    }

    /// <summary>The speed of the fastest that is fit, KiB a second; 0 where none is known, as of a radio.</summary>
    public static uint SpeedKiB()
    {
        var most = 0L;
        try
        {
            foreach (var one in NetworkInterface.GetAllNetworkInterfaces())
            {
                if (IsFit(one.NetworkInterfaceType, one.OperationalStatus, one.SupportsMulticast, onLoopback: false))
                    most = Math.Max(most, one.Speed);
            }
        }
        catch (Exception e) when (e is NetworkInformationException or SocketException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // As if nothing were known.
        }
        return (uint)Math.Min(uint.MaxValue, most / 8 / 1024);
    }

    /// <summary>Whether an interface is looked at. A tunnel, a modem or a VPN has one other end, or one that pays for each byte.</summary>
    public static bool IsFit(NetworkInterfaceType type, OperationalStatus status, bool supportsMulticast, bool onLoopback)
    {
        if (onLoopback)
            return type == NetworkInterfaceType.Loopback;
        return supportsMulticast && status is OperationalStatus.Up or OperationalStatus.Unknown
            && type is NetworkInterfaceType.Ethernet or NetworkInterfaceType.Wireless80211 or NetworkInterfaceType.GigabitEthernet
                or NetworkInterfaceType.FastEthernetT or NetworkInterfaceType.FastEthernetFx or NetworkInterfaceType.Ethernet3Megabit or NetworkInterfaceType.TokenRing;
    }

    static LanInterface? Read(NetworkInterface one)
    {
        var properties = one.GetIPProperties();
        if (IndexOf(one, properties) is not { } index)
            return null;
        // Linux has no way for IPv6's groups on the loopback interface, unless it is told to carry multicast.
        var addresses = properties.UnicastAddresses
            .Where(entry => one.SupportsMulticast || entry.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(entry => new LanAddress(WithoutScope(entry.Address), entry.PrefixLength))
            .Distinct()
            .OrderBy(entry => entry.Address.AddressFamily)
            .ThenBy(entry => entry.Address.ToString(), StringComparer.Ordinal)
            .Take(AddressesMax);
        return new LanInterface(index, one.Name, [.. addresses]);
    }

    static int? IndexOf(NetworkInterface one, IPInterfaceProperties properties) =>
        one.Supports(NetworkInterfaceComponent.IPv4) && properties.GetIPv4Properties() is { Index: > 0 } four ? four.Index
        : one.Supports(NetworkInterfaceComponent.IPv6) && properties.GetIPv6Properties() is { Index: > 0 } six ? six.Index
        : null;

    static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;
}
