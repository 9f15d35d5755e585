using System.Net;
using System.Text;
using Haul.Tracker.Addresses;

namespace Haul.UnitTests.Tracker.Addresses;

/// <summary>What is known of an address by its bits.</summary>
public sealed class HostAddressTests
{
    static HostAddress Of(string text) => HostAddress.Of(IPAddress.Parse(text));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("255.0.10.100")]
    [InlineData("2001:db8::1")]
    [InlineData("fd00:1:2:3:4:5:6:7")]
    [InlineData("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void It_is_written_as_it_was_read(string text)
    {
        Span<byte> bytes = stackalloc byte[HostAddress.TextMax];

        Assert.Equal(text, Encoding.ASCII.GetString(bytes[..Of(text).Format(bytes)]));
        Of(text).Write(bytes);
        Assert.Equal(Of(text), HostAddress.Read(bytes));
    }

    [Fact]
    public void One_of_ipv4_is_the_same_in_both_forms() => Assert.Equal(Of("10.1.2.3"), Of("::ffff:10.1.2.3"));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("febf::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    public void What_means_nothing_to_others_cannot_be_told(string text, bool canBeTold) => Assert.Equal(canBeTold, Of(text).CanBeTold);

    [Theory]
    [InlineData("10.255.0.1", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.31.255.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.0.1", true)]
    [InlineData("192.169.0.1", false)]
    [InlineData("100.64.0.1", true)]
    [InlineData("100.127.255.1", true)]
    [InlineData("100.128.0.1", false)]
    [InlineData("11.0.0.1", false)]
    [InlineData("fc00::1", true)]
    [InlineData("fdff::1", true)]
    [InlineData("fe00::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Private_ones_are_those_of_the_standards(string text, bool isPrivate) => Assert.Equal(isPrivate, Of(text).IsPrivate);

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.254", true)]
    [InlineData("10.0.0.1", "10.0.1.1", false)]
    [InlineData("8.8.8.8", "8.8.8.9", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void A_subnet_has_24_or_64_bits(string one, string other, bool isSame) => Assert.Equal(isSame, Of(one).Subnet == Of(other).Subnet);

    [Theory]
    [InlineData("8.8.8.8", "8.8.8.8", true)]
    [InlineData("8.8.8.8", "8.8.8.9", false)]
    [InlineData("10.0.0.1", "10.0.0.2", true)]
    [InlineData("10.0.0.1", "10.0.1.1", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("10.0.0.0", "0.10.0.0", false)]
    public void A_network_is_who_comes_through_one_door(string one, string other, bool isSame) => Assert.Equal(isSame, Of(one).Network == Of(other).Network);
}
