using System.Net;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.Engine.Peers;

/// <summary>Peers that did wrong, for how long each is refused, and what they did. Owned by the hub's loop.</summary>
/// <remarks>A ban begins at ten minutes and doubles with each offence; after as long again without another, all is forgotten.</remarks>
sealed class PeerBans(TimeProvider time)
{
    /// <summary>The first ban: what a machine with a passing fault needs to get over it.</summary>
    static readonly TimeSpan _first = TimeSpan.FromMinutes(10);

    /// <summary>The longest ban.</summary>
    static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    /// <summary>Peers that are remembered; of more, those whose bans end first are forgotten.</summary>
    const int CountMax = 1024;

    readonly Dictionary<PeerId, Entry> _bans = [];

    /// <summary>All that are refused now, with what they did.</summary>
    public IReadOnlyList<PeerBan> Now => [.. _bans.Where(each => IsOn(each.Value)).Select(each => new PeerBan(each.Key, each.Value.Address, time.GetUtcNow() + Left(each.Value), each.Value.Length, each.Value.Why))];

    public bool IsBanned(PeerId peer) => _bans.TryGetValue(peer, out var ban) && IsOn(ban);

    /// <summary>Several agents at an address are refused, and so all are: whoever makes itself a new key for every wrong gains nothing by it.</summary>
    public bool IsBanned(IPAddress address) =>
        _bans.Values.Count(ban => IsOn(ban) && ban.Address.Equals(address)) >= PeerHubLimits.OffendersPerAddressMax;

    public void Add(PeerId peer, IPAddress address, Failure why)
    {
        var last = _bans.GetValueOrDefault(peer);
        var length = last is null || Left(last) < -last.Length ? _first : TimeSpan.FromTicks(Math.Min(_longest.Ticks, last.Length.Ticks * 2));
        if (last is null && _bans.Count >= CountMax)
            _bans.Remove(_bans.MinBy(each => Left(each.Value)).Key);
        _bans[peer] = new Entry(address, time.GetTimestamp(), length, why);
    }

    bool IsOn(Entry ban) => Left(ban) > TimeSpan.Zero;

    // By the clock that nobody sets: a date that was put right neither ends a ban nor makes it one of years.
    TimeSpan Left(Entry ban) => ban.Length - time.GetElapsedTime(ban.Began);

    sealed record Entry(IPAddress Address, long Began, TimeSpan Length, Failure Why);
}

/// <summary>A peer that is refused.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Address">Where it was.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Why">What the peer did last.</param>
sealed record PeerBan(PeerId Peer, IPAddress Address, DateTimeOffset Until, TimeSpan Length, Failure Why);
