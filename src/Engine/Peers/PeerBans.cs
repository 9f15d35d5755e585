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

    readonly Dictionary<PeerId, PeerBan> _bans = [];

    /// <summary>All that are refused now, with what they did.</summary>
    public IReadOnlyList<PeerBan> Now => [.. _bans.Values.Where(ban => ban.Until > time.GetUtcNow())];

    public bool IsBanned(PeerId peer) => _bans.TryGetValue(peer, out var ban) && ban.Until > time.GetUtcNow();

    /// <summary>Several agents at an address are refused, and so all are: whoever makes itself a new key for every wrong gains nothing by it.</summary>
    public bool IsBanned(IPAddress address) =>
        _bans.Values.Count(ban => ban.Until > time.GetUtcNow() && ban.Address.Equals(address)) >= PeerHubLimits.OffendersPerAddressMax;

    public void Add(PeerId peer, IPAddress address, Failure why)
    {
        var now = time.GetUtcNow();
        var last = _bans.GetValueOrDefault(peer);
        var length = last is null || now > last.Until + last.Length ? _first : TimeSpan.FromTicks(Math.Min(_longest.Ticks, last.Length.Ticks * 2));
        if (last is null && _bans.Count >= CountMax)
            _bans.Remove(_bans.Values.MinBy(ban => ban.Until)!.Peer);
        _bans[peer] = new PeerBan(peer, address, now + length, length, why);
    }
}

/// <summary>A peer that is refused.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Address">Where it was.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Why">What the peer did last.</param>
sealed record PeerBan(PeerId Peer, IPAddress Address, DateTimeOffset Until, TimeSpan Length, Failure Why);
