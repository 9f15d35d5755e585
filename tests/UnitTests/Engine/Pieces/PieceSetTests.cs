using CsCheck;
using Haul.Engine.Pieces;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>A set of pieces against the library's set of numbers.</summary>
public sealed class PieceSetTests
{
    [Fact]
    public void It_is_a_set() =>
        Gen.Select(Gen.Int[1, 300], Gen.Select(Gen.Int[0, 20], Gen.Int[0, 299]).Array[0, 400]).Sample((capacity, moves) =>
        {
            var set = new PieceSet(capacity);
            var model = new HashSet<int>();
            foreach (var (move, at) in moves)
                Move(set, model, move, at % capacity);
            AssertSame(model, set);
        });

    [Fact]
    public void It_is_full_when_every_piece_is_in_it() =>
        Gen.Int[0, 200].Sample(capacity =>
        {
            var set = new PieceSet(capacity);
            for (var i = 0; i < capacity; i++)
            {
                Assert.False(set.IsFull);
                set.Add(new PieceIndex(i));
            }
            Assert.True(set.IsFull);
            Assert.Null(set.NextIn(capacity));
        });

    static void Move(PieceSet set, HashSet<int> model, int move, int at)
    {
        var piece = new PieceIndex(at);
        if (move == 0)
        {
            set.Clear();
            model.Clear();
        }
        else if (move <= 12)
        {
            Assert.Equal(model.Add(at), set.Add(piece));
        }
        else
        {
            Assert.Equal(model.Remove(at), set.Remove(piece));
        }
    }

    static void AssertSame(HashSet<int> model, PieceSet set)
    {
        Assert.Equal(model.Count, set.Count);
        for (var i = 0; i < set.Capacity; i++)
        {
            Assert.Equal(model.Contains(i), set.Contains(new PieceIndex(i)));
            var next = model.Where(one => one >= i).DefaultIfEmpty(-1).Min();
            Assert.Equal(next, set.NextIn(i)?.Value ?? -1);
        }
    }
}
