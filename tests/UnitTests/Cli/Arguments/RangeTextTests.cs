using Haul.Cli.Arguments;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Cli.Arguments;

/// <summary>Ranges name their first and their last byte.</summary>
public sealed class RangeTextTests
{
    [Theory]
    [InlineData("0-499", 0, 500)]
    [InlineData("7-7", 7, 1)]
    [InlineData("500-", 500, ByteRange.ToEndOfFile)]
    public void Both_ends_are_part_of_a_range(string text, ulong offset, ulong length) => Assert.Equal(new ByteRange(offset, length), RangeText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5")]
    [InlineData("5-4")]
    [InlineData("a-b")]
    [InlineData("1-2-3")]
    [InlineData("0-99999999999999999999")]
    public void What_is_no_range_is_refused(string text) => Assert.Null(RangeText.Parse(text));
}
