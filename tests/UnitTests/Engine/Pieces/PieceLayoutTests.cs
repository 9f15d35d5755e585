using CsCheck;
using Haul.Engine.Pieces;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>How a content is cut.</summary>
public sealed class PieceLayoutTests
{
    const int Size = PieceLayout.StandardPieceSize;

    [Theory]
    [InlineData(0L, 0)]
    [InlineData(1L, 1)]
    [InlineData((long)Size, 1)]
    [InlineData(Size + 1L, 2)]
    [InlineData(1L << 40, 1 << 20)]
    [InlineData((1L << 50) - 1, 1 << 30)]
    public void A_content_has_as_many_pieces_as_are_begun(long length, int count) => Assert.Equal(count, new PieceLayout(length).Count);

    [Fact]
    public void Pieces_cover_the_content_without_gap_or_overlap() =>
        Gen.Select(Gen.Long[1, 100_000], Gen.Int[1, 5000]).Sample((length, size) =>
        {
            var layout = new PieceLayout(length, size);
            long at = 0;
            for (var i = 0; i < layout.Count; i++)
            {
                Assert.Equal(at, layout.OffsetOf(new PieceIndex(i)));
                Assert.InRange(layout.LengthOf(new PieceIndex(i)), 1, size);
                at += layout.LengthOf(new PieceIndex(i));
            }
            return at == length;
        });
}
