using Haul.Client.Com;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Client.Com;

/// <summary>An enumerator gives out what is asked for, and says when there is less.</summary>
public sealed unsafe class CursorTests
{
    static readonly Func<int, nint> _make = static number => number;

    [Fact]
    public void It_gives_out_all_in_order_and_says_when_there_are_fewer()
    {
        var cursor = new Cursor<int>([1, 2, 3]);
        var given = stackalloc void*[5];
        uint fetched;

        Assert.Equal(S_OK.Value, cursor.Next(2, given, &fetched, _make));
        Assert.Equal((2u, 1, 2), (fetched, (int)given[0], (int)given[1]));
        Assert.Equal(S_FALSE.Value, cursor.Next(5, given, &fetched, _make));
        Assert.Equal((1u, 3), (fetched, (int)given[0]));
        Assert.Equal(S_FALSE.Value, cursor.Next(1, given, null, _make));
        Assert.True(given[0] is null);
    }

    [Fact]
    public void The_count_may_be_left_away_for_one_only()
    {
        var cursor = new Cursor<int>([1, 2]);
        var given = stackalloc void*[2];

        Assert.Equal(E_INVALIDARG.Value, cursor.Next(2, given, null, _make));
        Assert.Equal(E_INVALIDARG.Value, cursor.Next(1, null, null, _make));
        Assert.Equal(S_OK.Value, cursor.Next(1, given, null, _make));
    }

    [Fact]
    public void Skipping_beyond_the_end_stops_there()
    {
        var cursor = new Cursor<int>([1, 2]);
        var copy = cursor.Clone();
        uint count;

        Assert.Equal(S_OK.Value, cursor.Skip(2));
        Assert.Equal(S_FALSE.Value, cursor.Skip(uint.MaxValue));
        Assert.Equal(S_OK.Value, copy.Skip(1));
        Assert.Equal(S_FALSE.Value, copy.Skip(2));
        Assert.Equal(S_OK.Value, cursor.Reset());
        Assert.Equal(S_OK.Value, cursor.Skip(2));
        Assert.Equal(S_OK.Value, cursor.GetCount(&count));
        Assert.Equal(2u, count);
    }
}
