using System.Net;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>Where peers were sighted, when each is to be called, and who is refused. Owned by the hub's loop.</summary>
sealed class PeerRoster(PeerId own, int cellMax, TimeProvider time)
{
    /// <summary>Addresses that are remembered; of more, those that were sighted longest ago are forgotten.</summary>
    const int CountMax = 1024;

    /// <summary>The first wait after a call that came to nothing, doubled each time up to 64 times.</summary>
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    /// <summary>Of two who sight each other at the same time the one with the higher id waits to be called.</summary>
    static readonly TimeSpan _courtesy = TimeSpan.FromMilliseconds(250);

    readonly Dictionary<IPEndPoint, Entry> _entries = [];
    volatile bool _hasSome;

    /// <summary>Someone was sighted. Any thread.</summary>
    public bool HasSome => _hasSome;

    public PeerBans Bans { get; } = new(time);

    /// <summary>Who is in which swarm.</summary>
    public SwarmMembers Members { get; } = new(own, cellMax, time);

    /// <summary>A peer was sighted; false where it is this agent itself.</summary>
    public bool Note(IPEndPoint at, PeerId? id)
    {
        if (id == own)
            return false;
        if (!_entries.TryGetValue(at, out var entry))
        {
            if (_entries.Count >= CountMax)
                _entries.Remove(_entries.MinBy(each => each.Value.SightedAt).Key);
            _hasSome = true;
            _entries.Add(at, entry = new Entry { NextCall = time.GetTimestamp() + (id is { } other && own.CompareTo(other) > 0 ? Ticks(_courtesy) : 0) });
        }
        entry.SightedAt = time.GetTimestamp();
        entry.Id ??= id;
        return true;
    }

    /// <summary>How long until someone is to be called, or null.</summary>
    public TimeSpan? NextDue(HashSet<PeerId> linked)
    {
        var now = time.GetTimestamp();
        var later = _entries.Values.Where(entry => !entry.IsCalling && entry.NextCall > now && !(entry.Id is { } id && linked.Contains(id))).Select(entry => entry.NextCall).ToArray();
        return later.Length == 0 ? null : time.GetElapsedTime(now, later.Min());
    }

    /// <summary>Whom to call now, at most so many, and none of those there are connections with.</summary>
    public IReadOnlyList<IPEndPoint> Next(int countMax, HashSet<PeerId> linked, Func<IPAddress, PeerId?, bool> isAllowed)
    {
        var now = time.GetTimestamp();
        countMax = Math.Min(countMax, PeerHubLimits.CallsMax - _entries.Values.Count(entry => entry.IsCalling));
        var next = new List<IPEndPoint>();
        foreach (var (at, entry) in _entries)
        {
            if (next.Count >= countMax)
                break;
            if (entry.IsCalling || entry.NextCall > now || !isAllowed(at.Address, entry.Id) || (entry.Id is { } id && (linked.Contains(id) || Bans.IsBanned(id))))
                continue;
            entry.IsCalling = true;
            next.Add(at);
        }
        return next;
    }

    /// <summary>A call ended: the peer that answered, or null.</summary>
    public void Called(IPEndPoint at, PeerId? answered)
    {
        if (!_entries.TryGetValue(at, out var entry))
            return;
        entry.IsCalling = false;
        entry.Id = answered ?? entry.Id;
        entry.Failures = answered is null ? entry.Failures + 1 : 0;
        entry.NextCall = time.GetTimestamp() + Ticks(_pause * (1 << Math.Min(entry.Failures, 6)));
    }

    long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    sealed class Entry
    {
        public required long NextCall { get; set; }
        public long SightedAt { get; set; }
        public PeerId? Id { get; set; }
        public int Failures { get; set; }
        public bool IsCalling { get; set; }
    }
}
