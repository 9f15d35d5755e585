using System.Net;
using Haul.Engine.Peers;
using Haul.Engine.Policies;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>With which addresses an agent speaks in each mode.</summary>
public sealed class PeerAddressesTests
{
    static readonly (IPAddress, int)[] _own = [(IPAddress.Parse("203.0.113.20"), 28), (IPAddress.Parse("10.1.2.3"), 24), (IPAddress.Parse("2001:db8:1:2::7"), 64), (IPAddress.Parse("fe80::7%2"), 64)];

    static PeerAddresses Of(DownloadMode mode, bool sameSubnetOnly = false, bool isLoopback = false) => new(mode, sameSubnetOnly, _own, isLoopback);

    [Theory]
    [InlineData("10.1.2.9", true, true)] // of an own subnet
    [InlineData("203.0.113.30", true, true)] // of an own subnet, public
    [InlineData("203.0.113.33", false, false)] // beyond its 28 bits
    [InlineData("10.9.9.9", true, false)]
    [InlineData("192.168.7.7", true, false)]
    [InlineData("172.31.0.1", true, false)]
    [InlineData("172.32.0.1", false, false)]
    [InlineData("169.254.3.3", true, false)]
    [InlineData("198.51.100.1", false, false)]
    [InlineData("2001:db8:1:2::99", true, true)]
    [InlineData("2001:db8:1:3::99", false, false)]
    [InlineData("fd00::1", true, false)]
    [InlineData("fe80::1%2", true, true)]
    [InlineData("fe80::1%3", true, true)]
    public void Lan_is_what_is_local_and_the_subnet_what_is_on_the_own_link(string text, bool inLan, bool inSubnet)
    {
        var address = IPAddress.Parse(text);

        Assert.Equal(inLan, Of(DownloadMode.Lan).Allows(address));
        Assert.Equal(inSubnet, Of(DownloadMode.Lan, sameSubnetOnly: true).Allows(address));
        Assert.Equal(inSubnet, Of(DownloadMode.Internet, sameSubnetOnly: true).Allows(address));
        Assert.True(Of(DownloadMode.Group).Allows(address));
        Assert.True(Of(DownloadMode.Internet).Allows(address));
        Assert.False(Of(DownloadMode.HttpOnly).Allows(address));
        Assert.False(Of(DownloadMode.Simple).Allows(address));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.9")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("::")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("ff02::fb")]
    public void No_mode_leads_to_loopback_or_to_what_is_no_machine(string text)
    {
        foreach (var mode in Enum.GetValues<DownloadMode>())
            Assert.False(Of(mode).Allows(IPAddress.Parse(text)), $"{mode}");
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.1.2.9", false)]
    [InlineData("203.0.113.30", false)]
    public void Who_listens_on_loopback_speaks_with_loopback_alone(string text, bool isAllowed)
    {
        foreach (var mode in new[] { DownloadMode.Lan, DownloadMode.Group, DownloadMode.Internet })
            Assert.Equal(isAllowed, Of(mode, isLoopback: true).Allows(IPAddress.Parse(text)));
        foreach (var mode in new[] { DownloadMode.HttpOnly, DownloadMode.Simple })
            Assert.False(Of(mode, isLoopback: true).Allows(IPAddress.Parse(text)));
    }

    [Theory]
    [InlineData("10.9.9.9", nameof(PeerKind.Lan), nameof(PeerKind.Lan))]
    [InlineData("203.0.113.30", nameof(PeerKind.Lan), nameof(PeerKind.Lan))]
    [InlineData("169.254.3.3", nameof(PeerKind.LinkLocal), nameof(PeerKind.LinkLocal))]
    [InlineData("fe80::1%2", nameof(PeerKind.LinkLocal), nameof(PeerKind.LinkLocal))]
    [InlineData("198.51.100.1", nameof(PeerKind.Group), nameof(PeerKind.Internet))]
    public void Bytes_are_counted_by_where_the_peer_lies(string text, string inGroup, string inInternet)
    {
        Assert.Equal(inGroup, Of(DownloadMode.Group).KindOf(IPAddress.Parse(text)).ToString());
        Assert.Equal(inInternet, Of(DownloadMode.Internet).KindOf(IPAddress.Parse(text)).ToString());
    }
}
