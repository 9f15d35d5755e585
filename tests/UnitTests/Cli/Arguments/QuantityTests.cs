using Haul.Cli.Arguments;

namespace Haul.UnitTests.Cli.Arguments;

/// <summary>Sizes, rates and times are read as people write them.</summary>
public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1048576)]
    [InlineData("500k", 500_000)]
    [InlineData("2M", 2_000_000)]
    [InlineData("2MB", 2_000_000)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("4Ki", 4096)]
    [InlineData("1T", 1_000_000_000_000)]
    public void A_size_has_decimal_or_binary_units(string text, long bytes) =>
        Assert.Equal(bytes, Quantity.Bytes(text));

    [Theory]
    [InlineData("500k/s", 500_000)]
    [InlineData("2MiB/s", 2_097_152)]
    [InlineData("2M", 2_000_000)]
    public void A_rate_may_say_that_it_is_per_second(string text, long rate) => Assert.Equal(rate, Quantity.Rate(text));

    [Theory]
    [InlineData("50ms", 50)]
    [InlineData("1s", 1000)]
    [InlineData("2", 2000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    public void A_time_is_seconds_without_a_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Quantity.Time(text));

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("1e3")]
    [InlineData("1,5M")]
    [InlineData("99999999T")]
    public void What_is_no_quantity_is_refused(string text)
    {
        Assert.Null(Quantity.Bytes(text));
        Assert.Null(Quantity.Time(text));
    }
}
