using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>The connections that stand: one to each peer, and no more than the policy allows. Owned by the hub's loop; anyone reads the list.</summary>
/// <remarks>
/// When all places are taken, whoever is of no use makes place for who comes: first who shares no swarm, then who has moved nothing for longest.
/// </remarks>
sealed class StandingLinks(PeerId own, Func<int> max, TimeProvider time)
{
    readonly Dictionary<PeerLink, Watch> _watches = [];
    volatile IReadOnlyList<PeerLink> _all = [];
    ulong _made;

    /// <summary>All of them. Any thread.</summary>
    public IReadOnlyList<PeerLink> All => _all;

    /// <summary>There is a place for one more, or someone who would make place.</summary>
    public bool HasRoom => _all.Count < max() || Spare() is not null;

    /// <summary>One more; false where it is one too many, or the lesser of two to the same peer. Whoever makes place for it is hung up on.</summary>
    public bool TryAdd(PeerLink link)
    {
        if (_all.FirstOrDefault(each => each.Peer == link.Peer) is { } other)
        {
            if (!Replaces(link, other))
                return false;
            HangUp(other);
        }
        else if (_all.Count >= max())
        {
            if (Spare() is not { } spare)
                return false;
            HangUp(spare);
        }
        _all = [.. _all, link];
        _watches[link] = new Watch(link, time);
        return true;
    }

    /// <summary>It is gone.</summary>
    public void Remove(PeerLink link)
    {
        _all = [.. _all.Where(each => each != link)];
        _watches.Remove(link);
    }

    /// <summary>Looks how all of them are: who is gone without a word, or ties up what others need, is hung up on.</summary>
    public void Look()
    {
        var isMemoryShort = _all.Any(link => link.IsWaiting);
        foreach (var link in _all)
        {
            var watch = _watches[link];
            watch.Look();
            if (link.IsStuck || link.Silence > PeerHubLimits.SilenceMax || watch.FrameAge > PeerHubLimits.FrameTimeMax || (isMemoryShort && link.Held > PeerHubLimits.PieceTimeMax))
                link.Close();
            else if (link.Silence > PeerHubLimits.PingAfter)
                link.Post(new PeerMessage.Ping((ulong)time.GetTimestamp()));
            link.YieldSlot();
        }
    }

    /// <summary>The number of a connection that is about to be made. Any thread.</summary>
    public ulong Number() => Interlocked.Increment(ref _made);

    /// <summary>There is a connection with a peer. Any thread.</summary>
    public bool Has(PeerId peer) => _all.Any(link => link.Peer == peer);

    /// <summary>Of two connections to one peer, whether a new one is to be kept: both sides have to come to the same, in whatever order the two
    /// were ready here and there. That is the one of the lower id; of two of the same side, that of the higher number where both were under way
    /// at once, as when a peer is called at several of its addresses. Later it is the new one: who began anew counts anew.</summary>
    bool Replaces(PeerLink link, PeerLink other)
    {
        if (other.IsInitiator != link.IsInitiator)
            return link.IsInitiator == own.CompareTo(link.Peer) < 0;
        return other.Age > PeerDoor.TimeMax || link.Session.Number > other.Session.Number;
    }

    /// <summary>Who makes place for another, or null where all are of use.</summary>
    PeerLink? Spare()
    {
        foreach (var watch in _watches.Values)
            watch.Look();
        return _all.Where(link => link.Age > PeerHubLimits.UselessAfter && !link.IsOfUse).MaxBy(link => _watches[link].IdleFor)
            ?? _all.Where(link => _watches[link].IdleFor > PeerHubLimits.IdleAfter).MaxBy(link => _watches[link].IdleFor);
    }

    void HangUp(PeerLink link)
    {
        Remove(link);
        link.Close();
    }

    /// <summary>What a connection did since it was last looked at.</summary>
    sealed class Watch(PeerLink link, TimeProvider time)
    {
        long _bytes;
        long _movedAt = time.GetTimestamp();
        long _frames = -1;
        long _frameAt;

        /// <summary>How long no byte of a piece went over it.</summary>
        public TimeSpan IdleFor => time.GetElapsedTime(_movedAt);

        /// <summary>For how long the same frame has been under way.</summary>
        public TimeSpan FrameAge => _frames < 0 ? TimeSpan.Zero : time.GetElapsedTime(_frameAt);

        public void Look()
        {
            var now = time.GetTimestamp();
            if (link.SentBytes + link.Tally.TakenBytes is var bytes && bytes != _bytes)
                (_bytes, _movedAt) = (bytes, now);
            if (!link.IsWithinFrame)
                _frames = -1;
            else if (link.Frames is var frames && frames != _frames)
                (_frames, _frameAt) = (frames, now);
        }
    }
}
