using System.Net;
using System.Net.NetworkInformation;
using Haul.Engine.Platform;

namespace Haul.UnitTests.Engine.Platform;

/// <summary>Only local networks are spoken to, and only who is on them is heard.</summary>
public sealed class LanInterfacesTests
{
    [Theory]
    [InlineData(NetworkInterfaceType.Ethernet, OperationalStatus.Up, true, true)]
    [InlineData(NetworkInterfaceType.Wireless80211, OperationalStatus.Up, true, true)]
    [InlineData(NetworkInterfaceType.Ethernet, OperationalStatus.Unknown, true, true)]
    [InlineData(NetworkInterfaceType.Ethernet, OperationalStatus.Down, true, false)]
    [InlineData(NetworkInterfaceType.Ethernet, OperationalStatus.LowerLayerDown, true, false)]
    [InlineData(NetworkInterfaceType.Ethernet, OperationalStatus.Up, false, false)]
    [InlineData(NetworkInterfaceType.Tunnel, OperationalStatus.Up, true, false)]
    [InlineData(NetworkInterfaceType.Ppp, OperationalStatus.Up, true, false)]
    [InlineData(NetworkInterfaceType.Unknown, OperationalStatus.Up, true, false)]
    [InlineData(NetworkInterfaceType.Loopback, OperationalStatus.Up, true, false)]
    public void An_interface_is_fit_when_it_is_up_and_leads_to_many(NetworkInterfaceType type, OperationalStatus status, bool supportsMulticast, bool isFit) =>
        Assert.Equal(isFit, LanInterfaces.IsFit(type, status, supportsMulticast, onLoopback: false));

    [Fact]
    public void An_agent_on_the_loopback_interface_uses_no_other()
    {
        Assert.True(LanInterfaces.IsFit(NetworkInterfaceType.Loopback, OperationalStatus.Unknown, supportsMulticast: false, onLoopback: true));
        Assert.False(LanInterfaces.IsFit(NetworkInterfaceType.Ethernet, OperationalStatus.Up, supportsMulticast: true, onLoopback: true));
    }

    [Theory]
    [InlineData("192.168.1.10", 24, "192.168.1.255", true)]
    [InlineData("192.168.1.10", 24, "192.168.2.10", false)]
    [InlineData("10.1.2.3", 20, "10.1.15.255", true)]
    [InlineData("10.1.2.3", 20, "10.1.16.0", false)]
    [InlineData("10.1.2.3", 32, "10.1.2.3", true)]
    [InlineData("10.1.2.3", 32, "10.1.2.2", false)]
    [InlineData("10.1.2.3", 0, "8.8.8.8", true)]
    [InlineData("10.1.2.3", 99, "10.1.2.2", false)]
    [InlineData("2001:db8::1", 64, "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", 64, "2001:db8:0:1::1", false)]
    [InlineData("2001:db8::1", 0, "10.0.0.1", false)]
    public void An_address_is_near_when_its_network_is_ours(string ours, int prefix, string other, bool isNear) =>
        Assert.Equal(isNear, new LanAddress(IPAddress.Parse(ours), prefix).IsNear(IPAddress.Parse(other)));

    [Fact]
    public void Two_looks_at_the_same_interfaces_see_the_same() => Assert.Equal(LanInterfaces.Read(onLoopback: true), LanInterfaces.Read(onLoopback: true));
}
