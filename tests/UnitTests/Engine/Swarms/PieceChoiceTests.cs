using CsCheck;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>The choice of pieces against a plain table.</summary>
public sealed class PieceChoiceTests
{
    const int Pieces = 12;

    [Fact]
    public void It_knows_at_each_moment_what_a_plain_table_knows() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, Pieces - 1]).List[0, 200].Sample(acts =>
        {
            var (choice, holders, isIn) = (new PieceChoice(Pieces), new int[Pieces], new bool[Pieces]);
            foreach (var (act, index) in acts)
            {
                var piece = new PieceIndex(index);
                if (act == 0)
                    (choice, holders[index]) = (Counted(choice, piece, 1), holders[index] + 1);
                else if (act == 1 && holders[index] > 0)
                    (choice, holders[index]) = (Counted(choice, piece, -1), holders[index] - 1);
                else if (act == 2 && holders[index] > 0)
                    (choice, isIn[index]) = (Changed(choice.Add, piece, choice), true);
                else if (act == 3)
                    (choice, isIn[index]) = (Changed(choice.Remove, piece, choice), false);
                isIn[index] &= holders[index] > 0;
                Compare(choice, holders, isIn);
            }
        });

    static PieceChoice Counted(PieceChoice choice, PieceIndex piece, int change)
    {
        choice.CountHolder(piece, change);
        return choice;
    }

    static PieceChoice Changed(Action<PieceIndex> act, PieceIndex piece, PieceChoice choice)
    {
        act(piece);
        return choice;
    }

    static void Compare(PieceChoice choice, int[] holders, bool[] isIn)
    {
        var expected = Enumerable.Range(0, Pieces).Where(piece => isIn[piece]).ToArray();
        Assert.Equal(expected.Length, choice.Count);
        Assert.Equal(expected, Enumerable.Range(0, Pieces).Where(piece => choice.Contains(new PieceIndex(piece))));
        Assert.Equal(holders, Enumerable.Range(0, Pieces).Select(piece => choice.HoldersOf(new PieceIndex(piece))));
        Assert.Equal(expected.Length == 0 ? null : new PieceIndex(expected[0]), choice.NextIn(0));
        var rarest = new List<PieceIndex>();
        choice.Rarest(new Random(1), Pieces, rarest);
        Assert.Equal(expected, rarest.Select(piece => piece.Value).Order());
        Assert.Equal(rarest.Select(piece => holders[piece.Value]).Order(), rarest.Select(piece => holders[piece.Value]));
    }
}
