using Haul.Tracker.Announces;

namespace Haul.Tracker.Swarms;

/// <summary>What a register has to say to an announce: for each swarm, in the same order, counts and peers. Used again and again.</summary>
sealed class AnnounceAnswer
{
    /// <summary>Peers in one answer, over all its swarms: some 400 KB of JSON at most, well below what agents take.</summary>
    public const int PeersMax = 1000;

    readonly SwarmAnswer[] _swarms = new SwarmAnswer[Announce.SwarmsMax];
    PeerRecord[] _peers = new PeerRecord[Announce.WantedMax];
    int _swarmCount;
    int _peerCount;

    public ReadOnlySpan<SwarmAnswer> Swarms => _swarms.AsSpan(0, _swarmCount);

    /// <summary>The peers that one of the answers tells of.</summary>
    public ReadOnlySpan<PeerRecord> PeersOf(in SwarmAnswer swarm) => _peers.AsSpan(swarm.PeersFirst, swarm.PeersCount);

    /// <summary>How many peers may still be told of.</summary>
    public int Room => PeersMax - _peerCount;

    /// <summary>Begins the answer to the next swarm; the peers added from now on are its.</summary>
    public ref SwarmAnswer Begin()
    {
        ref var swarm = ref _swarms[_swarmCount++];
        swarm = new SwarmAnswer { PeersFirst = _peerCount };
        return ref swarm;
    }

    public void Add(in PeerRecord peer)
    {
        if (_peerCount == _peers.Length)
            Array.Resize(ref _peers, Math.Min(_peers.Length * 2, PeersMax));
        _peers[_peerCount++] = peer;
        _swarms[_swarmCount - 1].PeersCount++;
    }

    public void Clear()
    {
        // Records point to addresses, which would otherwise live for as long as this does.
        Array.Clear(_peers, 0, _peerCount);
        (_swarmCount, _peerCount) = (0, 0);
    }
}

/// <summary>The answer to one swarm of an announce.</summary>
record struct SwarmAnswer
{
    /// <summary>Agents with every piece, the asker included.</summary>
    public int Complete;

    /// <summary>Agents without.</summary>
    public int Incomplete;

    public int PeersFirst;

    public int PeersCount;

    /// <summary>What the agent has moved since its last announce.</summary>
    public PeerTotals Gained;

    /// <summary>By how much the content has turned out longer than was known to those of the asker's mode; all of it at first.</summary>
    public long ContentGrew;

    /// <summary>Other trackers have to hear of it.</summary>
    public bool IsNews;

    /// <summary>The register was full, so that a newcomer was told of others and not recorded.</summary>
    public bool TurnedAway;
}
