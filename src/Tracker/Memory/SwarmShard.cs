using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Memory;

/// <summary>Some of the swarms, under one lock that is held for microseconds.</summary>
/// <param name="room">How many peers all shards together may still take.</param>
/// <param name="lots">For who is picked among equals.</param>
sealed class SwarmShard(RegisterRoom room, Random lots)
{
    // Those of one's own network are looked through first, for they are whom one wants most. In larger swarms a run of this many from a
    // random place on stands for all: 50 are picked from it, and a microsecond is spent for every ten.
    const int ScannedOfNetworkMax = 512;
    const int ScannedMax = 512;
    const int FetchedTogether = 32;

    readonly Lock _gate = new();
    readonly PeerTable _peers = new();
    readonly SwarmTable _swarms = new();
    readonly Picks _picks = new();
    uint _forgotAt;

    /// <summary>Books one swarm of an announce and answers it.</summary>
    public void Announce(Announce announce, in SwarmAnnounce asked, in SwarmKey key, int hash, AnnounceAnswer answer)
    {
        ref var said = ref answer.Begin();
        lock (_gate)
        {
            Forget_NeedsLock(announce.Now);
            var swarm = _swarms.Find(key, hash);
            var record = announce.RecordIn(asked);
            var place = swarm == IndexTable.None ? IndexTable.None : _peers.Find(swarm, record.Id);
            if (announce.IsHeard && place != IndexTable.None && _peers[place].HasSaidMore(announce, asked))
                return;
            if (asked.Event == AnnounceEvent.Stopped)
            {
                swarm = Leave_NeedsLock(swarm, place, asked.Totals, ref said);
            }
            else
            {
                Join_NeedsLock(ref swarm, place, key, record, announce, asked, ref said);
                if (swarm != IndexTable.None)
                    Pick_NeedsLock(swarm, record, announce.Now, Math.Min(asked.Wanted, answer.Room), answer);
            }
            if (swarm == IndexTable.None)
                return;
            ref var slot = ref _swarms[swarm];
            (said.Complete, said.Incomplete) = (slot.Complete, slot.Members.Count - slot.Complete);
        }
    }

    public void Forget(uint now)
    {
        lock (_gate)
            Forget_NeedsLock(now);
    }

    public RegisterSize Size()
    {
        lock (_gate)
            return new RegisterSize(_swarms.Count, _peers.Count);
    }

    // All live about as long, so who announced first is forgotten first; one with a longer life keeps those behind it in the numbers, and is
    // told of no longer than it lives.
    void Forget_NeedsLock(uint now)
    {
        if (now == _forgotAt)
            return;
        _forgotAt = now;
        while (_peers.Oldest is not IndexTable.None and var oldest && _peers[oldest].ExpiresAt <= now)
            Remove_NeedsLock(oldest);
    }

    int Leave_NeedsLock(int swarm, int place, PeerTotals totals, ref SwarmAnswer said)
    {
        said.IsNews = true; // others may know who is not known here
        if (place == IndexTable.None)
            return swarm;
        said.Gained = totals.Since(_peers[place].Totals);
        return Remove_NeedsLock(place) ? IndexTable.None : swarm;
    }

    void Join_NeedsLock(ref int swarm, int place, in SwarmKey key, in PeerRecord record, Announce announce, in SwarmAnnounce asked, ref SwarmAnswer said)
    {
        if (place == IndexTable.None)
        {
            if (!room.TryTake())
            {
                said.TurnedAway = true;
                return; // told of others all the same
            }
            if (swarm == IndexTable.None)
                swarm = _swarms.Add(key);
            place = Add_NeedsLock(swarm, record);
            // Who comes with counts and has not started was here before this tracker was: they have been counted.
            _peers[place].Totals = asked.Event == AnnounceEvent.Started ? default : asked.Totals;
            said.IsNews = true;
        }
        else
        {
            said.IsNews = Update_NeedsLock(place, record);
        }
        ref var slot = ref _peers[place];
        (slot.AnnouncedAt, slot.ExpiresAt) = (announce.Now, announce.ExpiresAt);
        said.Gained = asked.Totals.Since(slot.Totals);
        said.IsNews |= slot.Totals != asked.Totals || slot.IsToBeToldAgain(announce);
        slot.Totals = asked.Totals;
        slot.ToldUntil = !announce.CanBeTold ? 0 : said.IsNews || announce.IsHeard ? announce.ExpiresAt : slot.ToldUntil;
        said.ContentGrew = _swarms[swarm].Learn(asked.Mode, asked.ContentBytes);
    }

    int Add_NeedsLock(int swarm, in PeerRecord record)
    {
        var place = _peers.Add(swarm, record);
        ref var slot = ref _swarms[swarm];
        slot.Members.Add(record.Observed.Network, place);
        slot.Complete += record.IsComplete ? 1 : 0;
        return place;
    }

    // True when anything was not as it is now.
    bool Update_NeedsLock(int place, in PeerRecord record)
    {
        ref var slot = ref _peers[place];
        ref var swarm = ref _swarms[slot.Swarm];
        swarm.Complete += (record.IsComplete ? 1 : 0) - (slot.Record.IsComplete ? 1 : 0);
        if (slot.Record.Observed.Network != record.Observed.Network)
        {
            swarm.Members.Remove(slot.Record.Observed.Network, place);
            swarm.Members.Add(record.Observed.Network, place);
        }
        // The addresses that are there already stay when they are the same: new ones would be garbage of long life.
        var own = slot.Record.Own == record.Own ? slot.Record.Own : record.Own;
        var updated = record with { Own = own };
        var isNew = updated != slot.Record;
        slot.Record = updated;
        _peers.Touch(place);
        return isNew;
    }

    // True when the swarm went with its last member.
    bool Remove_NeedsLock(int place)
    {
        ref var slot = ref _peers[place];
        var swarm = slot.Swarm;
        ref var left = ref _swarms[swarm];
        left.Members.Remove(slot.Record.Observed.Network, place);
        left.Complete -= slot.Record.IsComplete ? 1 : 0;
        _peers.Remove(place);
        room.Return();
        if (left.Members.Count > 0)
            return false;
        _swarms.Remove(swarm);
        return true;
    }

    void Pick_NeedsLock(int swarm, in PeerRecord asker, uint now, int wanted, AnnounceAnswer answer)
    {
        if (wanted == 0)
            return;
        var members = _swarms[swarm].Members;
        _picks.Begin(wanted);
        if (members.Count <= ScannedMax)
        {
            Offer_NeedsLock(members, 0, members.Count, ScannedMax, asker, now);
        }
        else
        {
            var (first, end) = members.OfNetwork(asker.Observed.Network);
            Offer_NeedsLock(members, first, end - first, ScannedOfNetworkMax, asker, now);
            // The others, as a ring that begins behind one's own network.
            if (asker.Mode != PeerMode.Lan)
                Offer_NeedsLock(members, end, members.Count - (end - first), ScannedMax, asker, now);
        }
        foreach (var place in _picks.Best)
            answer.Add(_peers[place].Record);
    }

    void Offer_NeedsLock(Members members, int first, int count, int max, in PeerRecord asker, uint now)
    {
        var start = count > max ? lots.Next(count) : 0;
        // Peers lie anywhere in memory, and each in two lines of the cache: of some at a time both are looked at before anything is made of
        // them, so that the processor fetches them all at once.
        Span<int> living = stackalloc int[FetchedTogether];
        for (var n = 0; n < Math.Min(count, max);)
        {
            var found = 0;
            for (var end = Math.Min(n + FetchedTogether, Math.Min(count, max)); n < end; n++)
            {
                var place = members[(first + ((start + n) % count)) % members.Count];
                living[found] = place;
                ref readonly var slot = ref _peers[place];
                found += slot.ExpiresAt > now & slot.Record.Id != asker.Id ? 1 : 0;
            }
            foreach (var place in living[..found])
            {
                ref readonly var record = ref _peers[place].Record;
                if (Introductions.RankOf(asker, record) is not Introductions.None and var rank)
                    _picks.Offer(place, rank, lots.Next());
            }
        }
    }
}

/// <summary>How many peers may still be recorded. Any thread.</summary>
sealed class RegisterRoom(int max)
{
    int _taken;

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= max)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _taken);
}
