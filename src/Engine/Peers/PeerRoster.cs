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

    /// <summary>So long it waits to hear whether the other one wants something at all.</summary>
    static readonly TimeSpan _listening = TimeSpan.FromMilliseconds(50);

    /// <summary>A second address of a peer is called after this, where the first does not answer (RFC 8305, section 5).</summary>
    static readonly TimeSpan _attemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Courtesy and patience last so much longer for each address in the local network: a crowd greets at once, and is served one by one.</summary>
    static readonly TimeSpan _delayEach = TimeSpan.FromMilliseconds(25);

    static readonly TimeSpan _delayMax = TimeSpan.FromSeconds(1);

    /// <summary>Many fetches one after the other are one beginning: they must not be courteous for ever.</summary>
    static readonly TimeSpan _beginEvery = TimeSpan.FromSeconds(10);

    readonly Dictionary<IPEndPoint, Entry> _entries = [];
    long? _begunAt;
    volatile bool _hasSome;

    /// <summary>Someone was sighted. Any thread.</summary>
    public bool HasSome => _hasSome;

    public PeerBans Bans { get; } = new(time);

    /// <summary>Who is in which swarm.</summary>
    public SwarmMembers Members { get; } = new(own, cellMax, time);

    /// <summary>This agent begins to look for peers: those that may be looking, too, and have the lower id, are let go first.</summary>
    public void Begin()
    {
        if (_begunAt is { } begunAt && time.GetElapsedTime(begunAt) < _beginEvery)
            return;
        _begunAt = time.GetTimestamp();
        foreach (var entry in _entries.Values)
        {
            if (entry is { IsLan: true, Id: { } id } && own.CompareTo(id) > 0)
                (entry.HasAsked, entry.CourteousUntil) = (false, time.GetTimestamp() + Ticks(InCrowd(_listening)));
        }
    }

    /// <summary>A peer was sighted; false where it is this agent itself.</summary>
    /// <param name="at">Where it takes connections.</param>
    /// <param name="id">Who it is said to be, or null.</param>
    /// <param name="asks">It asked for something (true), or answered (false); null where it did neither.</param>
    /// <param name="isLan">It was heard on the local network: whether it looks for something, too, can be heard there.</param>
    public bool Note(IPEndPoint at, PeerId? id, bool? asks = null, bool isLan = false)
    {
        if (id == own)
            return false;
        var now = time.GetTimestamp();
        var isLower = id is { } other && own.CompareTo(other) > 0;
        if (!_entries.TryGetValue(at, out var entry))
        {
            if (_entries.Count >= CountMax)
                _entries.Remove(_entries.Where(each => !each.Value.IsCalling).MinBy(each => each.Value.SightedAt).Key);
            _hasSome = true;
            _entries.Add(at, entry = new Entry { NextCall = now, CourteousUntil = isLower ? now + Ticks(_courtesy) : 0 });
        }
        entry.SightedAt = now;
        entry.Id ??= id;
        entry.IsLan |= isLan;
        // Who asks calls; once: it may ask for long, and not be able to call.
        if (asks == true && isLower && !entry.HasAsked)
            (entry.HasAsked, entry.CourteousUntil) = (true, now + Ticks(InCrowd(_courtesy)));
        else if (asks == false)
            entry.CourteousUntil = 0;
        return true;
    }

    /// <summary>How long until someone is to be called, or null.</summary>
    public TimeSpan? NextDue(HashSet<PeerId> linked)
    {
        var (now, attempts, next) = (time.GetTimestamp(), Attempts(), long.MaxValue);
        foreach (var entry in _entries.Values)
        {
            if (!entry.IsCalling && entry.Id is { } id && linked.Contains(id))
                continue;
            var due = entry.IsCalling ? entry.CalledAt + Ticks(_attemptDelay) : DueAt(entry, attempts);
            if (due > now)
                next = Math.Min(next, due);
        }
        return next == long.MaxValue ? null : time.GetElapsedTime(now, next);
    }

    /// <summary>Whom to call now, at most so many, and none of those there are connections with.</summary>
    public IReadOnlyList<IPEndPoint> Next(int countMax, HashSet<PeerId> linked, Func<IPAddress, PeerId?, bool> isAllowed)
    {
        var (now, attempts, patience) = (time.GetTimestamp(), Attempts(), Ticks(InCrowd(_attemptDelay)));
        countMax = Math.Min(countMax, RoomForCalls(now));
        var next = new List<IPEndPoint>();
        foreach (var (at, entry) in _entries)
        {
            if (next.Count >= countMax)
                break;
            if (entry.IsCalling || DueAt(entry, attempts) > now || (entry.IsBarred = !isAllowed(at.Address, entry.Id)) || (entry.Id is { } id && (linked.Contains(id) || Bans.IsBanned(id))))
                continue;
            (entry.IsCalling, entry.CalledAt) = (true, now);
            if (entry.Id is { } called)
                attempts[called] = now + patience;
            next.Add(at);
        }
        return next;
    }

    /// <summary>One after the other is sooner connected with the first ones than all at once, but whoever does not answer holds nobody up.</summary>
    int RoomForCalls(long now)
    {
        var (all, young) = (0, 0);
        foreach (var entry in _entries.Values)
        {
            all += entry.IsCalling ? 1 : 0;
            young += entry.IsCalling && now - entry.CalledAt < Ticks(_attemptDelay) ? 1 : 0;
        }
        return Math.Min(PeerHubLimits.CallsMax - all, PeerHubLimits.CallsAtOnceMax - young);
    }

    /// <summary>Who is being called, and when another of its addresses may be.</summary>
    Dictionary<PeerId, long> Attempts()
    {
        var (attempts, patience) = (new Dictionary<PeerId, long>(), Ticks(InCrowd(_attemptDelay)));
        foreach (var entry in _entries.Values)
        {
            if (entry is { IsCalling: true, Id: { } id })
                attempts[id] = Math.Max(attempts.GetValueOrDefault(id), entry.CalledAt + patience);
        }
        return attempts;
    }

    static long DueAt(Entry entry, Dictionary<PeerId, long> attempts) =>
        Math.Max(Math.Max(entry.NextCall, entry.CourteousUntil), entry.Id is { } id ? attempts.GetValueOrDefault(id) : 0);

    TimeSpan InCrowd(TimeSpan delay) => delay + _entries.Values.Count(entry => entry.IsLan) * _delayEach is var longer && longer < _delayMax ? longer : _delayMax;

    /// <summary>A call ended: the peer that answered, or null.</summary>
    public void Called(IPEndPoint at, PeerId? answered)
    {
        if (!_entries.TryGetValue(at, out var entry))
            return;
        entry.IsCalling = false;
        if (answered is null && entry.Id is { } missed && !_entries.Any(each => each.Value != entry && each.Value.Id == missed && each.Value.MayAnswer))
            Members.Miss(missed);
        entry.Id = answered ?? entry.Id;
        entry.HasAnswered = answered is not null;
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
        public bool IsLan { get; set; }
        public bool IsCalling { get; set; }
        public long CalledAt { get; set; }
        public bool HasAnswered { get; set; }
        public bool IsBarred { get; set; }

        /// <summary>It did when it was called last, or it is called now, or will be for the first time.</summary>
        public bool MayAnswer => HasAnswered || IsCalling || (CalledAt == 0 && !IsBarred);

        public long CourteousUntil { get; set; }
        public bool HasAsked { get; set; }
    }
}
