using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>Which pieces are asked of which peers: the rarest first, of whoever has the shortest queue.</summary>
sealed class PeerRequests(SwarmState state, SwarmRules rules, Random random)
{
    /// <summary>Candidates that are looked at for one request: where none of so many can be had now, the next look is soon enough.</summary>
    const int LookMax = 16;

    readonly List<PieceIndex> _candidates = [];

    // Pieces on their way from peers, with how many were asked for each.
    readonly Dictionary<int, int> _askers = [];

    // Who brought a piece of which it is not known yet whether it is true.
    readonly Dictionary<int, SwarmPeer> _inProof = [];

    // Mean time from a request to its piece, seconds.
    double _meanSeconds = 1;

    /// <summary>Pieces on their way from peers.</summary>
    public int Count => _askers.Count;

    /// <summary>Some peer is asked for it.</summary>
    public bool IsAsked(PieceIndex piece) => _askers.ContainsKey(piece.Value);

    public void Decide(TimeSpan now, List<SwarmStep> steps)
    {
        Forgive(now);
        Expire(now, steps);
        while (_askers.Count < rules.RequestsMax && Next(now) is var (peer, piece))
            Ask(peer, piece, now, steps);
        if (_askers.Count > 0 && _askers.Count < rules.RequestsMax && state.Choice.Count == 0)
            EndGame(now, steps);
    }

    void Ask(SwarmPeer peer, PieceIndex piece, TimeSpan now, List<SwarmStep> steps)
    {
        state.Take(piece);
        peer.Asked.Add(piece.Value, now);
        _askers[piece.Value] = _askers.GetValueOrDefault(piece.Value) + 1;
        steps.Add(new SwarmStep.Request(peer.Id, piece));
    }

    (SwarmPeer, PieceIndex)? Next(TimeSpan now)
    {
        if (state.Choice.Count == 0)
            return null;
        _candidates.Clear();
        if (state.Playhead is { } head && state.Choice.NextIn(head) is { } first)
            _candidates.Add(first);
        // Where nobody else gathers pieces, there is nothing to spread, and from front to back is hashed and written best.
        if (state.FetcherCount == 0)
        {
            InOrder();
        }
        else
        {
            state.Choice.Rarest(random, _candidates.Count + LookMax / 2, _candidates);
            Anywhere();
        }
        (SwarmPeer, PieceIndex)? next = null;
        var least = int.MaxValue;
        foreach (var piece in _candidates)
        {
            if (Best(piece, now) is not { } peer || LoadOf(peer) >= least)
                continue;
            (next, least) = ((peer, piece), LoadOf(peer));
            if (least <= rules.QueueShort)
                break;
        }
        return next;
    }

    static int LoadOf(SwarmPeer peer) => peer.Queue + peer.Asked.Count;

    void InOrder()
    {
        for (var next = state.Choice.NextIn(0); next is { } piece && _candidates.Count < LookMax; next = state.Choice.NextIn(piece.Value + 1))
            _candidates.Add(piece);
    }

    /// <summary>Some by chance: whoever has nothing rare is of use, too.</summary>
    void Anywhere()
    {
        for (var i = 0; i < LookMax / 2; i++)
        {
            var from = random.Next(state.Have.Capacity);
            if ((state.Choice.NextIn(from) ?? state.Choice.NextIn(0)) is { } piece && !_candidates.Contains(piece))
                _candidates.Add(piece);
        }
    }

    /// <summary>Who has a piece and the least to do; by chance among equals.</summary>
    SwarmPeer? Best(PieceIndex piece, TimeSpan now)
    {
        SwarmPeer? best = null;
        var (least, ties) = (int.MaxValue, 0);
        var most = Math.Clamp(rules.RequestsSpread / Math.Max(1, state.Peers.Count), 1, rules.RequestsPerPeerMax);
        foreach (var peer in state.Peers)
        {
            if (!peer.HasRoom(most) || peer.SnubbedUntil > now || !peer.Pieces.Contains(piece) || peer.Asked.ContainsKey(piece.Value))
                continue;
            var load = LoadOf(peer);
            if (load > least)
                continue;
            ties = load < least ? 1 : ties + 1;
            least = load;
            if (random.Next(ties) == 0)
                best = peer;
        }
        return best;
    }

    /// <summary>Everything is asked for: what takes long is asked of a second peer. Never of the origin.</summary>
    void EndGame(TimeSpan now, List<SwarmStep> steps)
    {
        var late = TimeSpan.FromSeconds(Math.Max(0.3, 3 * _meanSeconds));
        foreach (var peer in state.Peers)
        {
            foreach (var (piece, askedAt) in peer.Asked)
            {
                if (now - askedAt < late || _askers[piece] > 1 || Best(new PieceIndex(piece), now) is not { } other)
                    continue;
                Ask(other, new PieceIndex(piece), now, steps);
                return;
            }
        }
    }

    /// <summary>Requests that bring nothing are taken back.</summary>
    void Expire(TimeSpan now, List<SwarmStep> steps)
    {
        foreach (var peer in state.Peers)
        {
            if (peer.Asked.Count == 0 || now - peer.BroughtAt <= rules.RequestTimeout)
                continue;
            foreach (var (piece, askedAt) in peer.Asked.ToArray())
            {
                if (now - askedAt <= rules.RequestTimeout)
                    continue;
                steps.Add(new SwarmStep.Cancel(peer.Id, new PieceIndex(piece)));
                Drop(peer, new PieceIndex(piece));
                Snub(peer, now, rules.Snub);
                state.Mute(peer);
            }
        }
    }

    /// <summary>Who brought nothing is tried again after a while.</summary>
    void Forgive(TimeSpan now)
    {
        foreach (var peer in state.Peers)
        {
            if (peer.IsMute && peer.SnubbedUntil <= now)
                state.Unmute(peer);
        }
    }

    /// <summary>One more has a piece that waits in line elsewhere: half of those who wait go over, so that a new piece spreads like a rumour.</summary>
    public void Held(SwarmPeer peer, PieceIndex piece, TimeSpan now, List<SwarmStep> steps)
    {
        if (!_askers.TryGetValue(piece.Value, out var askers) || askers != 1 || peer.SnubbedUntil > now || !peer.HasRoom(1) || random.Next(2) == 0)
            return;
        var asked = state.Peers.Find(other => other.Asked.ContainsKey(piece.Value))!;
        var askedAt = asked.Asked[piece.Value];
        if (asked == peer || asked.BroughtAt >= askedAt || LoadOf(peer) >= LoadOf(asked))
            return;
        steps.Add(new SwarmStep.Cancel(asked.Id, piece));
        Drop(asked, piece);
        Ask(peer, piece, now, steps);
    }

    /// <summary>All bytes of a piece came from a peer; whether they are true is not known yet.</summary>
    public void Came(SwarmPeer peer, PieceIndex piece, TimeSpan now)
    {
        // Bytes that were on their way when they were cancelled come all the same, and meanwhile someone else is asked.
        if (peer.Asked.Remove(piece.Value, out var askedAt))
        {
            _meanSeconds += ((now - askedAt).TotalSeconds - _meanSeconds) / 8;
            Forget(piece);
        }
        (peer.BroughtAt, peer.Snubs) = (now, 0);
        // Else nobody would be asked for what only it has.
        if (peer.IsMute)
            peer.SnubbedUntil = now;
        state.Unmute(peer);
        if (!state.Have.Contains(piece) && _inProof.TryAdd(piece.Value, peer))
            peer.InProof++;
    }

    /// <summary>What came as a piece is known to be true, or false.</summary>
    public void Judged(PieceIndex piece, bool isTrue)
    {
        if (!_inProof.Remove(piece.Value, out var peer))
            return;
        peer.InProof--;
        peer.IsTried |= isTrue;
    }

    /// <summary>A peer does not give a piece now.</summary>
    public void Refused(SwarmPeer peer, PieceIndex piece, TimeSpan now, TimeSpan pause)
    {
        Drop(peer, piece);
        Snub(peer, now, pause);
    }

    /// <summary>A piece is here: whoever else was asked for it is told.</summary>
    public void Stored(PieceIndex piece, List<SwarmStep> steps)
    {
        _askers.Remove(piece.Value);
        foreach (var peer in state.Peers)
        {
            if (peer.Asked.Remove(piece.Value))
                steps.Add(new SwarmStep.Cancel(peer.Id, piece));
        }
    }

    /// <summary>A peer is gone: what was asked of it is wanted again.</summary>
    public void Left(SwarmPeer peer)
    {
        foreach (var piece in peer.Asked.Keys.ToArray())
            Drop(peer, new PieceIndex(piece));
    }

    void Drop(SwarmPeer peer, PieceIndex piece)
    {
        if (!peer.Asked.Remove(piece.Value))
            return;
        if (Forget(piece) && !_inProof.ContainsKey(piece.Value))
            state.GiveBack(piece);
    }

    /// <summary>One who was asked for it less; true where it was the last.</summary>
    bool Forget(PieceIndex piece)
    {
        if (!_askers.TryGetValue(piece.Value, out var count))
            return false;
        if (count > 1)
            _askers[piece.Value] = count - 1;
        else
            _askers.Remove(piece.Value);
        return count <= 1;
    }

    static void Snub(SwarmPeer peer, TimeSpan now, TimeSpan pause)
    {
        if (peer.SnubbedUntil > now)
            return;
        peer.SnubbedUntil = now + pause * (1 << Math.Min(peer.Snubs, 6));
        peer.Snubs++;
    }
}
