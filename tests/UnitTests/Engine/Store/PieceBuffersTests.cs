using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>The memory that bytes pass through: so much and no more.</summary>
public sealed class PieceBuffersTests
{
    const int Piece = PieceLayout.StandardPieceSize;

    readonly PieceBuffers _buffers = new();

    [Fact]
    public async Task Twenty_are_given_and_the_next_waits_for_one_that_comes_back()
    {
        var taken = TakeAll();
        var next = _buffers.Rent(Piece);
        Assert.False(next.IsCompleted);

        taken[7].Release();

        Assert.Equal(Piece, (await next.WaitAsync(TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public void Small_ones_are_not_counted()
    {
        TakeAll();

        for (var i = 0; i < 100; i++)
            Assert.True(_buffers.Rent(128 << 10).IsCompletedSuccessfully);
    }

    [Fact]
    public void A_buffer_is_exactly_as_long_as_asked_for()
    {
        foreach (var length in new[] { 0, 1, 1000, 128 << 10, (128 << 10) + 1, Piece })
        {
            var buffer = Take(length);
            Assert.Equal((length, length, length), (buffer.Length, buffer.Memory.Length, buffer.Span.Length));
            buffer.Release();
        }
    }

    [Fact]
    public void It_comes_back_when_the_last_who_uses_it_lets_go()
    {
        var taken = TakeAll();
        taken[0].Share();
        taken[0].Share();
        taken[0].Release();
        taken[0].Release();
        Assert.False(_buffers.Rent(Piece).IsCompleted);

        taken[0].Release();
        taken[1].Release();

        Assert.True(_buffers.Rent(Piece).IsCompletedSuccessfully);
    }

    [Fact]
    public void A_shortened_buffer_shows_less_and_gives_back_all()
    {
        var buffer = Take(Piece);
        buffer.Shorten(10);
        Assert.Equal((10, 10), (buffer.Length, buffer.Span.Length));
        buffer.Release();

        Assert.Equal(Piece, Take(Piece).Memory.Length);
        Assert.Equal(PieceBuffers.CountMax - 1, Count());
    }

    [Fact]
    public void Memory_is_used_again()
    {
        var buffer = Take(Piece);
        buffer.Memory.Span[5] = 77;
        buffer.Release();

        Assert.Equal(77, Take(Piece).Span[5]);
    }

    int Count()
    {
        var count = 0;
        while (_buffers.Rent(Piece).IsCompletedSuccessfully)
            count++;
        return count;
    }

    PieceBuffer[] TakeAll() => [.. Enumerable.Range(0, PieceBuffers.CountMax).Select(_ => Take(Piece))];

    PieceBuffer Take(int length) => _buffers.Take(length);
}
