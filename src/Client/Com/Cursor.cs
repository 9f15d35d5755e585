using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A place in a list that does not change, as COM's enumerators go through it. Any thread.</summary>
sealed unsafe class Cursor<T>(IReadOnlyList<T> items, int place = 0)
{
    readonly Lock _gate = new();
    int _place = place;

    /// <summary>Gives out the next ones; S_FALSE when there are fewer.</summary>
    /// <param name="count">How many are wanted.</param>
    /// <param name="to">Where to.</param>
    /// <param name="fetched">How many there were; may be null for one.</param>
    /// <param name="make">Makes the pointer of one, with a reference.</param>
    public int Next(uint count, void** to, uint* fetched, Func<T, nint> make)
    {
        if ((to is null && count > 0) || (fetched is null && count != 1))
            return E_INVALIDARG.Value;
        int first, given;
        lock (_gate)
        {
            given = (int)Math.Min(count, (uint)(items.Count - _place));
            first = _place;
            _place += given;
        }
        for (var i = 0; i < given; i++)
            to[i] = (void*)make(items[first + i]);
        for (var i = given; i < Math.Min(count, 1); i++)
            to[i] = null;
        if (fetched is not null)
            *fetched = (uint)given;
        return (given == count ? S_OK : S_FALSE).Value;
    }

    /// <summary>Leaves some out; S_FALSE when there are fewer, and the place is the end then.</summary>
    public int Skip(uint count)
    {
        lock (_gate)
        {
            var left = (uint)(items.Count - _place);
            _place += (int)Math.Min(count, left);
            return (count <= left ? S_OK : S_FALSE).Value;
        }
    }

    /// <summary>Goes back to the start.</summary>
    public int Reset()
    {
        lock (_gate)
            _place = 0;
        return 0;
    }

    /// <summary>Another one at the same place.</summary>
    public Cursor<T> Clone()
    {
        lock (_gate)
            return new Cursor<T>(items, _place);
    }

    public int GetCount(uint* count) => Give.Value(count, (uint)items.Count);
}
