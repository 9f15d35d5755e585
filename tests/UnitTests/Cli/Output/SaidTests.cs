using Haul.Cli.Output;

namespace Haul.UnitTests.Cli.Output;

/// <summary>Numbers as people read them.</summary>
public sealed class SaidTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(999.6, "1.00 kB")]
    [InlineData(1234, "1.23 kB")]
    [InlineData(99_949, "99.9 kB")]
    [InlineData(99_960, "100 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(5_242_880, "5.24 MB")]
    [InlineData(1.5e18, "1500 PB")]
    public void Bytes_have_three_digits_and_a_decimal_unit(double bytes, string text) => Assert.Equal(text, Said.Bytes(bytes));

    [Theory]
    [InlineData(0.004, "0.00 s")]
    [InlineData(9.99, "9.99 s")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(59.97, "0:59")]
    [InlineData(185, "3:05")]
    [InlineData(3723, "1:02:03")]
    [InlineData(183_840, "2 d 03:04")]
    public void A_time_is_as_exact_as_it_is_short(double seconds, string text) => Assert.Equal(text, Said.Time(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(999, 1000, 99)]
    [InlineData(1000, 1000, 100)]
    public void Only_what_is_whole_is_a_hundred_percent(ulong part, ulong whole, int percent) => Assert.Equal(percent, Said.Percent(part, whole));

    [Theory]
    [InlineData("plain ä 文", "plain ä 文")]
    [InlineData("\u001b[31mred\u001b[0m\r\n", "?[31mred?[0m??")]
    [InlineData("\u009b31m", "?31m")]
    public void Text_of_others_cannot_steer_a_terminal(string text, string plain) => Assert.Equal(plain, Said.Plain(text));
}
