using System.Net;
using Haul.Tracker.Addresses;

namespace Haul.UnitTests.Tracker.Addresses;

/// <summary>Where a request comes from when proxies say so.</summary>
public sealed class TrustedProxiesTests
{
    static readonly IPAddress _proxy = IPAddress.Parse("10.0.0.1");

    static string Before(string header) => new TrustedProxies([IPNetwork.Parse("10.0.0.0/24"), IPNetwork.Parse("fd00::/64")]).Before(_proxy, header).ToIPAddress().ToString();

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("1.1.1.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("1.1.1.1,203.0.113.7 , 10.0.0.9", "203.0.113.7")]
    [InlineData("203.0.113.7, fd00::5", "203.0.113.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    public void It_is_the_last_address_before_trusted_proxies(string header, string address) => Assert.Equal(address, Before(header));

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("203.0.113.7, nonsense")]
    [InlineData(",")]
    public void Without_an_address_it_is_the_proxy(string header) => Assert.Equal("10.0.0.1", Before(header));

    [Fact]
    public void A_long_row_of_proxies_is_followed_only_so_far() =>
        Assert.Equal("10.0.0.9", Before("203.0.113.7" + string.Concat(Enumerable.Repeat(",10.0.0.9", 20))));
}
