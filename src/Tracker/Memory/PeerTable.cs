using System.Runtime.InteropServices;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Memory;

/// <summary>The peers of some swarms, found by swarm and id, and in the order in which they announced last. Not thread-safe.</summary>
sealed class PeerTable : IIndexed
{
    readonly Chunks<PeerSlot> _slots = new();
    readonly IndexTable _index;
    int _oldest = IndexTable.None;
    int _newest = IndexTable.None;

    public PeerTable() => _index = new IndexTable(this);

    public int Count => _slots.Count;

    /// <summary>The one that has not announced for longest, or <see cref="IndexTable.None"/>.</summary>
    public int Oldest => _oldest;

    public ref PeerSlot this[int place] => ref _slots[place];

    public int Find(int swarm, UInt128 id)
    {
        var place = _index.First(Hash(swarm, id));
        while (place != IndexTable.None && !(_slots[place].Swarm == swarm && _slots[place].Record.Id == id))
            place = _slots[place].Next;
        return place;
    }

    /// <summary>A new peer, as the newest.</summary>
    public int Add(int swarm, in PeerRecord record)
    {
        var place = _slots.Take();
        ref var slot = ref _slots[place];
        (slot.Swarm, slot.Record) = (swarm, record);
        _index.Add(place);
        Append(place);
        return place;
    }

    public void Remove(int place)
    {
        _index.Remove(place);
        Detach(place);
        _slots.Return(place);
    }

    /// <summary>Makes it the newest.</summary>
    public void Touch(int place)
    {
        if (place == _newest)
            return;
        Detach(place);
        Append(place);
    }

    int IIndexed.HashOf(int place) => Hash(_slots[place].Swarm, _slots[place].Record.Id);

    ref int IIndexed.NextOf(int place) => ref _slots[place].Next;

    // Links are by place, so a hash is made anew where one is needed.
    static int Hash(int swarm, UInt128 id) => SecretHash.Of(swarm, id);

    void Append(int place)
    {
        ref var slot = ref _slots[place];
        (slot.Older, slot.Newer) = (_newest, IndexTable.None);
        if (_newest == IndexTable.None)
            _oldest = place;
        else
            _slots[_newest].Newer = place;
        _newest = place;
    }

    void Detach(int place)
    {
        ref var slot = ref _slots[place];
        if (slot.Older == IndexTable.None)
            _oldest = slot.Newer;
        else
            _slots[slot.Older].Newer = slot.Newer;
        if (slot.Newer == IndexTable.None)
            _newest = slot.Older;
        else
            _slots[slot.Newer].Older = slot.Older;
    }
}

/// <summary>A peer in a swarm, with its links.</summary>
[StructLayout(LayoutKind.Auto)]
struct PeerSlot
{
    public PeerRecord Record;
    public PeerTotals Totals;
    public uint AnnouncedAt;
    public uint ExpiresAt;

    /// <summary>Until when others know of it by the journal, in seconds of Unix time; 0 when what it said last is not there.</summary>
    public uint ToldUntil;
    public int Swarm;
    public int Next;
    public int Older;
    public int Newer;

    /// <summary>Whether the journal is to hear of it though nothing is new: else others would take it for gone too soon. At rest an agent
    /// announces 2.5 times in its life, and each of its announces is told; of one that comes more often, three in a life are.</summary>
    public readonly bool IsToBeToldAgain(Announce announce) =>
        announce.CanBeTold && (announce.ExpiresAt - (long)ToldUntil) * TellingsOfLife >= announce.ExpiresAt - announce.Now;

    /// <summary>Whether another tracker tells what is older than what is known. Clocks of trackers may differ by seconds, and who leaves may not come again
    /// to say so.</summary>
    public readonly bool HasSaidMore(Announce heard, in SwarmAnnounce swarm) =>
        AnnouncedAt > heard.Now + (swarm.Event == AnnounceEvent.Stopped ? ClocksApart : 0);

    const int TellingsOfLife = 3;
    const int ClocksApart = 5;
}
