using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Memory;

/// <summary>Swarms, found by their key. Not thread-safe.</summary>
sealed class SwarmTable : IIndexed
{
    readonly Chunks<SwarmSlot> _slots = new();
    readonly IndexTable _index;

    public SwarmTable() => _index = new IndexTable(this);

    public int Count => _slots.Count;

    public ref SwarmSlot this[int place] => ref _slots[place];

    /// <summary>The swarm with a key.</summary>
    /// <param name="key">Which.</param>
    /// <param name="hash">The key's hash, which the caller needed already.</param>
    public int Find(in SwarmKey key, int hash)
    {
        var place = _index.First(hash);
        while (place != IndexTable.None && _slots[place].Key != key)
            place = _slots[place].Next;
        return place;
    }

    public int Add(in SwarmKey key)
    {
        var place = _slots.Take();
        ref var slot = ref _slots[place];
        (slot.Key, slot.Members) = (key, new Members());
        _index.Add(place);
        return place;
    }

    public void Remove(int place)
    {
        _index.Remove(place);
        _slots.Return(place);
    }

    int IIndexed.HashOf(int place) => SecretHash.Of(_slots[place].Key);

    ref int IIndexed.NextOf(int place) => ref _slots[place].Next;
}

/// <summary>A swarm with its members.</summary>
struct SwarmSlot
{
    public SwarmKey Key;
    public Members Members;
    public int Complete;
    public int Next;

    // By mode: how long the content is as far as its agents have told.
    ContentBytes _content;

    /// <summary>Learns of a length; by how much that is more than was known in this mode.</summary>
    public long Learn(PeerMode mode, long contentBytes)
    {
        var grew = Math.Max(0, contentBytes - _content[(int)mode]);
        _content[(int)mode] += grew;
        return grew;
    }

    [System.Runtime.CompilerServices.InlineArray(3)]
    struct ContentBytes
    {
        long _first;
    }
}
