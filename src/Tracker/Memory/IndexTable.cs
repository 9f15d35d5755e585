namespace Haul.Tracker.Memory;

/// <summary>Finds places by the hash of what they hold; places with the same bucket are chained by a link that their holder keeps.</summary>
/// <remarks>Four bytes for each place, where a dictionary has its own copy of each key. Not thread-safe.</remarks>
/// <param name="places">The links and hashes of the places.</param>
sealed class IndexTable(IIndexed places)
{
    /// <summary>No place.</summary>
    public const int None = -1;

    const int LengthMin = 16;

    int[] _heads = Empty(LengthMin);
    int _count;

    /// <summary>The first place that may hold what has this hash; go on with the link of each.</summary>
    public int First(int hash) => _heads[hash & (_heads.Length - 1)];

    public void Add(int place)
    {
        if (_count == _heads.Length)
            Grow();
        Link(place);
        _count++;
    }

    public void Remove(int place)
    {
        ref var at = ref _heads[places.HashOf(place) & (_heads.Length - 1)];
        while (at != place)
            at = ref places.NextOf(at);
        at = places.NextOf(place);
        _count--;
    }

    void Link(int place)
    {
        ref var head = ref _heads[places.HashOf(place) & (_heads.Length - 1)];
        places.NextOf(place) = head;
        head = place;
    }

    void Grow()
    {
        var old = _heads;
        _heads = Empty(old.Length * 2);
        foreach (var head in old)
        {
            for (var place = head; place != None;)
            {
                var next = places.NextOf(place);
                Link(place);
                place = next;
            }
        }
    }

    static int[] Empty(int length)
    {
        var heads = new int[length];
        Array.Fill(heads, None);
        return heads;
    }
}

/// <summary>Places that an <see cref="IndexTable"/> finds: of peers, and of swarms.</summary>
interface IIndexed
{
    int HashOf(int place);

    ref int NextOf(int place);
}
