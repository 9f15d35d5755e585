using Haul.Tracker.Swarms;

namespace Haul.Tracker.Announces;

/// <summary>What one agent says of itself and of the swarms it is in. Used for one call after another, not to make garbage of.</summary>
sealed class Announce
{
    /// <summary>Swarms of one announce. An agent in more sends several.</summary>
    public const int SwarmsMax = 64;

    /// <summary>Addresses that an agent may say it has: two families on a few interfaces.</summary>
    public const int AddressesMax = 8;

    /// <summary>Characters of a site's name, as a directory's sites may have.</summary>
    public const int SiteMax = 64;

    /// <summary>Peers that can be asked for in a swarm; an agent keeps fewer connections than that.</summary>
    public const int WantedMax = 50;

    /// <summary>Bytes that a count may say, a pebibyte, so that sums of many do not overflow.</summary>
    public const long BytesMax = 1L << 50;

    readonly SwarmAnnounce[] _swarms = new SwarmAnnounce[SwarmsMax];
    int _count;

    /// <summary>The group that it has proved to be of; 0 for none.</summary>
    public UInt128 Group { get; set; }

    /// <summary>Who, where, and where found; mode and completeness differ by swarm and are not set.</summary>
    public PeerRecord Peer;

    /// <summary>When it came, in seconds of Unix time.</summary>
    public uint Now { get; set; }

    /// <summary>When the agent is forgotten unless it announces again, in seconds of Unix time.</summary>
    public uint ExpiresAt { get; set; }

    /// <summary>Another tracker has heard and answered it; this one books it only.</summary>
    public bool IsHeard { get; set; }

    /// <summary>Other trackers can be told of it, or were.</summary>
    public bool CanBeTold { get; set; }

    public ReadOnlySpan<SwarmAnnounce> Swarms => _swarms.AsSpan(0, _count);

    /// <summary>Room for one swarm more; check <see cref="IsFull"/> before.</summary>
    public ref SwarmAnnounce Add()
    {
        ref var swarm = ref _swarms[_count++];
        swarm = default;
        return ref swarm;
    }

    public bool IsFull => _count == SwarmsMax;

    public void Clear()
    {
        _count = 0;
        Peer = default;
        Group = default;
        (IsHeard, CanBeTold) = (false, false);
    }

    /// <summary>The agent as it takes part in one of the swarms.</summary>
    public PeerRecord RecordIn(in SwarmAnnounce swarm) => Peer with { Mode = swarm.Mode, IsComplete = swarm.Left == 0 };
}

/// <summary>One swarm in an announce.</summary>
record struct SwarmAnnounce
{
    public SwarmHash Id;
    public long Left;
    public PeerTotals Totals;
    public PeerMode Mode;
    public AnnounceEvent Event;
    public byte Wanted;

    /// <summary>Bytes of the content, as far as these counts tell.</summary>
    public readonly long ContentBytes => Math.Min(Left + Totals.Downloaded, Announce.BytesMax);
}
