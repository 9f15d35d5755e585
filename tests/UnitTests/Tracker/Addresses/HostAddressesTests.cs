using System.Net;
using Haul.Tracker.Addresses;

namespace Haul.UnitTests.Tracker.Addresses;

/// <summary>A few addresses in one value.</summary>
public sealed class HostAddressesTests
{
    static HostAddress[] Some(int count) => [.. Enumerable.Range(1, count).Select(number => HostAddress.Of(new IPAddress([10, 0, 0, (byte)number])))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void What_goes_in_comes_out_in_order(int count)
    {
        HostAddresses addresses = [.. Some(count)];

        Assert.Equal(Some(count), addresses);
        Assert.Equal(count, addresses.Count);
        Assert.Equal(count == 0 ? default : Some(1)[0], addresses.First);
    }

    [Fact]
    public void The_same_addresses_in_the_same_order_are_equal()
    {
        HostAddresses three = [.. Some(3)];

        Assert.True(three == HostAddresses.Of(Some(3)));
        Assert.Equal(three.GetHashCode(), HostAddresses.Of(Some(3)).GetHashCode());
        Assert.True(three != HostAddresses.Of(Some(2)));
        Assert.True(three != [.. Some(3).Reverse()]);
        Assert.True(HostAddresses.Of(Some(1)) != HostAddresses.Of([]));
    }
}
