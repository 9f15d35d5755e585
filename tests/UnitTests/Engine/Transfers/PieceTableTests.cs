using CsCheck;
using Haul.Engine.Pieces;
using Haul.Engine.Transfers;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>What is known about each piece of one content.</summary>
public sealed class PieceTableTests
{
    const int Size = PieceLayout.StandardPieceSize;

    static readonly PieceHash _hash = PieceHash.Of([1, 2, 3]);

    [Fact]
    public void All_pieces_are_needed_at_first()
    {
        var table = Table(5);

        Assert.Equal((5, 0, 0L, false), (table.NeededCount, table.HaveCount, table.HaveBytes, table.IsComplete));
        Assert.Equal(new PieceIndex(0), table.FirstNeeded);
    }

    [Fact]
    public void An_empty_content_is_complete()
    {
        var table = new PieceTable(new PieceLayout(0));

        Assert.True(table.IsComplete);
        Assert.Null(table.FirstNeeded);
        Assert.Null(table.Request(1));
        Assert.Equal(0, table.HaveBytes);
    }

    [Fact]
    public void A_request_takes_the_first_run_of_needed_pieces()
    {
        var table = Table(6);
        table.Store(new PieceIndex(0), _hash);
        table.Store(new PieceIndex(4), _hash);

        Assert.Equal((new PieceIndex(1), 2), table.Request(2));
        Assert.Equal((new PieceIndex(3), 1), table.Request(10));
        Assert.Equal((new PieceIndex(5), 1), table.Request(10));
        Assert.Null(table.Request(10));
    }

    [Fact]
    public void A_requested_piece_is_not_given_twice()
    {
        var table = Table(2);

        Assert.True(table.TryRequest(new PieceIndex(1)));
        Assert.False(table.TryRequest(new PieceIndex(1)));
        Assert.False(table.TryRequest(new PieceIndex(2)));
        Assert.Equal((new PieceIndex(0), 1), table.Request(10));
    }

    [Fact]
    public void A_lost_source_gives_back_only_its_own_pieces()
    {
        var table = Table(4);
        table.Request(4);
        table.Store(new PieceIndex(0), _hash);
        table.GiveBack(1, 3);

        Assert.Equal((2, new PieceIndex(1)), (table.NeededCount, table.FirstNeeded));
    }

    [Fact]
    public void A_piece_that_was_lost_is_needed_again()
    {
        var table = Table(2);
        table.Store(new PieceIndex(0), _hash);
        table.Store(new PieceIndex(1), _hash);
        Assert.True(table.IsComplete);

        table.Lose(new PieceIndex(1));

        Assert.False(table.IsComplete);
        Assert.Equal(new PieceIndex(1), table.FirstNeeded);
    }

    [Fact]
    public void A_short_last_piece_counts_with_its_own_length()
    {
        var table = new PieceTable(new PieceLayout(2 * Size + 7));
        table.Store(new PieceIndex(2), _hash);
        Assert.Equal(7, table.HaveBytes);

        table.Store(new PieceIndex(0), _hash);
        Assert.Equal(Size + 7, table.HaveBytes);
    }

    [Fact]
    public void A_stored_piece_keeps_its_hash()
    {
        var table = Table(100);
        for (var i = 99; i >= 0; i -= 3)
            table.Store(new PieceIndex(i), PieceHash.Of([(byte)i]));

        for (var i = 99; i >= 0; i -= 3)
            Assert.Equal(PieceHash.Of([(byte)i]), table.HashOf(new PieceIndex(i)));
    }

    // Against a plain array of states, by random but lawful moves.
    [Fact]
    public void Each_piece_is_in_exactly_one_state() =>
        Gen.Select(Gen.Int[1, 150], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 149], Gen.Int[1, 20]).Array[0, 200]).Sample((count, moves) =>
        {
            var table = Table(count);
            var model = new char[count];
            Array.Fill(model, 'n');
            foreach (var (move, at, most) in moves)
                Move(table, model, move, at % count, most);
            Assert.Equal(model.Count(state => state == 'n'), table.NeededCount);
            Assert.Equal(model.Count(state => state == 'h'), table.HaveCount);
            Assert.Equal(model.All(state => state == 'h'), table.IsComplete);
            Assert.Equal(Array.IndexOf(model, 'n'), table.FirstNeeded?.Value ?? -1);
            for (var i = 0; i < count; i++)
                Assert.Equal(model[i] == 'h', table.Has(new PieceIndex(i)));
        });

    static void Move(PieceTable table, char[] model, int move, int at, int most)
    {
        switch (move)
        {
            case 0:
                var first = Array.IndexOf(model, 'n');
                var run = first < 0 ? 0 : model.Skip(first).Take(most).TakeWhile(state => state == 'n').Count();
                Assert.Equal(first < 0 ? null : (new PieceIndex(first), run), table.Request(most));
                Array.Fill(model, 'r', Math.Max(0, first), run);
                break;
            case 1 when model[at] == 'r':
                table.Store(new PieceIndex(at), _hash);
                model[at] = 'h';
                break;
            case 2 when model[at] == 'r':
                table.GiveBack(at, at + 1);
                model[at] = 'n';
                break;
            case 3 when model[at] == 'h':
                table.Lose(new PieceIndex(at));
                model[at] = 'n';
                break;
        }
    }

    static PieceTable Table(int pieces) => new(new PieceLayout((long)pieces * Size));
}
