using CsCheck;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>Where each byte of the local file stands in the remote one.</summary>
public sealed class RangeMapTests
{
    const ulong ToEnd = ByteRange.ToEndOfFile;

    [Fact]
    public void Without_ranges_every_byte_stands_where_it_is()
    {
        var map = RangeMap.Of([], 100)!;

        Assert.Equal((100L, (0L, 100L), (99L, 1L)), (map.Length, map.At(0), map.At(99)));
    }

    [Fact]
    public void Ranges_stand_back_to_back_in_the_order_given()
    {
        var map = RangeMap.Of([new(50, 10), new(0, 5), new(90, ToEnd)], 100)!;

        Assert.Equal(25, map.Length);
        Assert.Equal([(50L, 10L), (59, 1), (0, 5), (4, 1), (90, 10), (99, 1)], new long[] { 0, 9, 10, 14, 15, 24 }.Select(map.At));
    }

    [Theory]
    [InlineData(100UL, 1UL)]
    [InlineData(99UL, 2UL)]
    [InlineData(100UL, ToEnd)]
    [InlineData(ulong.MaxValue - 1, 1UL)]
    [InlineData(1UL, ulong.MaxValue - 1)]
    public void A_range_outside_the_file_has_no_map(ulong offset, ulong length) => Assert.Null(RangeMap.Of([new(0, 1), new(offset, length)], 100));

    [Fact]
    public void Nothing_lies_in_an_empty_file()
    {
        Assert.Null(RangeMap.Of([new(0, ToEnd)], 0));
        Assert.Equal(0, RangeMap.Of([], 0)!.Length);
    }

    // Against a list that names the remote position of each local byte.
    [Fact]
    public void It_agrees_with_a_plain_list() =>
        Gen.Select(Gen.Int[1, 500], Gen.Select(Gen.Int[0, 499], Gen.Int[1, 60]).Array[1, 12]).Sample((length, wanted) =>
        {
            var ranges = wanted.Select(range => (First: range.Item1 % length, Count: Math.Min(range.Item2, length - range.Item1 % length))).ToArray();
            var map = RangeMap.Of([.. ranges.Select(range => new ByteRange((ulong)range.First, range.First + range.Count == length && range.Count % 2 == 0 ? ToEnd : (ulong)range.Count))], length)!;
            var model = ranges.SelectMany(range => Enumerable.Range(0, range.Count).Select(i => ((long)range.First + i, (long)range.Count - i))).ToArray();

            Assert.Equal(model.Length, map.Length);
            Assert.Equal(model, Enumerable.Range(0, model.Length).Select(i => map.At(i)));
        });
}
