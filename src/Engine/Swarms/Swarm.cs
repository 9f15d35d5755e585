using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>One agent's part in a swarm: told what happens, it says what to ask of whom. No input, no output, no clock.</summary>
/// <remarks>
/// The algorithm is "owned slices": every piece crosses the line to the origin about once, without a leader. Whoever scores highest for a
/// slice fetches it and claims it for a short time; all others take its pieces from those who have them, the rarest first. When anyone goes
/// or stalls, its claims run out and the next in rank goes on. Times are those of one clock of the caller's, from any start.
/// </remarks>
sealed class Swarm
{
    readonly SwarmState _state;
    readonly SwarmRules _rules;
    readonly SwarmCells _cells;
    readonly PeerRequests _requests;
    readonly ExpectedMembers _expected;
    readonly OriginFetches _fetches;
    readonly List<SwarmStep> _steps = [];
    readonly Queue<(TimeSpan At, int Bytes)> _fromPeers = [];
    long _recentBytes;
    TimeSpan? _waitsSince;
    TimeSpan _lookAt;

    public Swarm(PeerId self, PieceLayout layout, SwarmRules rules, Random random, TimeSpan now, double weight = 1)
    {
        _rules = rules;
        _state = new SwarmState(self, layout, weight);
        _cells = new SwarmCells(self, rules.CellMax);
        _requests = new PeerRequests(_state, rules, random);
        _expected = new ExpectedMembers(_state, rules, _cells, now);
        _fetches = new OriginFetches(_state, rules, _cells, _expected, now);
    }

    public Slices Slices => _state.Slices;

    public bool IsComplete => _state.IsComplete;

    public IReadOnlyList<SwarmPeer> Peers => _state.Peers;

    /// <summary>What is known, for those who look on.</summary>
    public SwarmState State => _state;

    public PieceSet Have => _state.Have;

    /// <summary>When to decide again although nothing happened, or null.</summary>
    public TimeSpan? WakeAt => _state.IsComplete ? null : _fetches.WakeAt is { } wake && wake < _lookAt ? wake : _lookAt;

    /// <summary>Where someone reads the content meanwhile, or null.</summary>
    public int? Playhead { set => _state.Playhead = value; }

    /// <summary>Cells that a swarm of so many members has; which of them to be connected with.</summary>
    public SwarmCells Cells => _cells;

    /// <summary>A member was heard of: it will come soon.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="hasAnswered">It answered for the content: it has or fetches some of it.</param>
    public void Expect(PeerId peer, bool hasAnswered) => _expected.Add(peer, hasAnswered);

    /// <summary>A peer came into the swarm.</summary>
    public void Join(PeerId peer, PeerFacts facts)
    {
        _expected.Remove(peer);
        if (_state.Find(peer) is { } known)
        {
            known.Facts = facts;
        }
        else if (peer != _state.Self)
        {
            _state.Add(new SwarmPeer(peer, facts, _state.Slices));
            _fetches.TellAll(_steps);
        }
    }

    /// <summary>A peer is gone: what it had is had from others, and what it claimed is open.</summary>
    public void Leave(PeerId peer, TimeSpan now)
    {
        if (_state.Find(peer) is not { } gone)
            return;
        _requests.Left(gone);
        _steps.RemoveAll(step => step is SwarmStep.Request(var to, _) && to == peer);
        _state.Remove(gone);
        foreach (var slice in gone.Claims.Keys)
            _fetches.Opened(slice, now);
    }

    /// <summary>A peer has a piece.</summary>
    public void Has(PeerId peer, PieceIndex piece) => Count(peer, piece);

    /// <summary>A peer has a piece since now: who waits for it elsewhere may go over.</summary>
    public void Has(PeerId peer, PieceIndex piece, TimeSpan now)
    {
        if (!Count(peer, piece) || _state.Find(peer) is not { } known)
            return;
        _requests.Held(known, piece, now, _steps);
        _fetches.Heard(known, _state.Slices.Of(piece), now);
    }

    bool Count(PeerId peer, PieceIndex piece)
    {
        if (_state.Find(peer) is not { } known || piece.Value < 0 || piece.Value >= _state.Layout.Count)
            return false;
        if (!_state.CountHas(known, piece))
            return false;
        var slice = _state.Slices.Of(piece);
        if (known.Claims.ContainsKey(slice) && HasAll(known, slice))
            known.Claims.Remove(slice);
        return true;
    }

    bool HasAll(SwarmPeer peer, int slice)
    {
        for (var piece = _state.Slices.FirstPiece(slice); piece < _state.Slices.EndPiece(slice); piece++)
        {
            if (!peer.Pieces.Contains(new PieceIndex(piece)))
                return false;
        }
        return true;
    }

    /// <summary>So many requests wait at a peer.</summary>
    public void Queues(PeerId peer, int requests)
    {
        if (_state.Find(peer) is { } known)
            known.Queue = requests;
    }

    /// <summary>A peer fetches a slice from the origin, and has so much of it.</summary>
    public void Claims(PeerId peer, int slice, TimeSpan lease, long doneBytes, TimeSpan now)
    {
        if (_state.Find(peer) is not { } known || slice < 0 || slice >= _state.Slices.Count)
            return;
        // Nobody claims more than it can fetch: whoever tries is heard for its first ones only.
        if (!known.Claims.TryGetValue(slice, out var earlier) && known.Claims.Count >= ClaimsPerPeerMax)
            return;
        var until = now + (lease > _rules.Lease ? _rules.Lease : lease < _rules.LeaseMin ? _rules.LeaseMin : lease);
        known.Claims[slice] = new PeerClaim(until, doneBytes, earlier == default ? now : earlier.Since);
        _fetches.Heard(known, slice, now);
        _fetches.Crossed(known, slice, now, _steps);
    }

    /// <summary>Slices that one member may claim at a time.</summary>
    public const int ClaimsPerPeerMax = 8;

    /// <summary>A peer does not fetch a slice after all.</summary>
    public void Releases(PeerId peer, int slice, TimeSpan now)
    {
        if (_state.Find(peer)?.Claims.Remove(slice) == true)
            _fetches.Opened(slice, now);
    }

    /// <summary>Bytes came from a peer.</summary>
    public void Brings(PeerId peer, int bytes, TimeSpan now)
    {
        if (_state.Find(peer) is not { } known)
            return;
        known.BroughtAt = now;
        _fromPeers.Enqueue((now, bytes));
        _recentBytes += bytes;
    }

    /// <summary>All bytes of a piece came from a peer.</summary>
    public void Came(PeerId peer, PieceIndex piece, TimeSpan now)
    {
        if (_state.Find(peer) is { } known)
            _requests.Came(known, piece, now);
    }

    /// <summary>A peer does not give a piece, for now.</summary>
    public void Refuses(PeerId peer, PieceIndex piece, TimeSpan? pause, TimeSpan now)
    {
        if (_state.Find(peer) is { } known)
            _requests.Refused(known, piece, now, pause ?? _rules.Snub);
    }

    /// <summary>A piece is here and proved.</summary>
    public void Store(PieceIndex piece)
    {
        _requests.Judged(piece, isTrue: true);
        _state.Store(piece);
        _requests.Stored(piece, _steps);
    }

    /// <summary>What came, or was here, is not the piece: it is wanted again.</summary>
    public void Lose(PieceIndex piece)
    {
        _requests.Judged(piece, isTrue: false);
        _state.Have.Remove(piece);
        if (!_requests.IsAsked(piece) && !_fetches.Lost(piece))
            _state.GiveBack(piece);
    }

    /// <summary>Bytes of a slice came from the origin.</summary>
    public void Fetched(int slice, long bytes) => _fetches.Progress(slice, bytes);

    /// <summary>The fetching of a slice from the origin ended, well or not.</summary>
    /// <param name="slice">The slice that it began with.</param>
    /// <param name="isDone">All its pieces came.</param>
    /// <param name="now">The time.</param>
    /// <param name="broughtEnd">Behind the last piece that came, be it proved yet or not.</param>
    public void FetchEnded(int slice, bool isDone, TimeSpan now, int broughtEnd = 0) => _fetches.Ended(slice, isDone, now, broughtEnd, _steps);

    /// <summary>Nobody's bytes for a piece can be proved: only the origin is asked for it.</summary>
    public void Hide(PieceIndex piece)
    {
        foreach (var peer in _state.Peers)
            _state.CountLacks(peer, piece);
    }

    /// <summary>Something is on its way from the origin.</summary>
    public bool Fetches => _fetches.Count > 0;

    /// <summary>Nothing is missing but what only the origin is asked for.</summary>
    public bool IsLeftToOrigin => !IsComplete && _state.Have.Count + _state.OfOrigin.Count == _state.Layout.Count;

    /// <summary>A piece that is not here is had from the origin, whoever has or claims it, and before all others.</summary>
    public void LeaveToOrigin(PieceIndex piece)
    {
        Hide(piece);
        _state.OfOrigin.Add(piece);
    }

    /// <summary>A peer does not have a piece after all; false where that was known.</summary>
    public bool Lacks(PeerId peer, PieceIndex piece) => _state.Find(peer) is { } known && _state.CountLacks(known, piece);

    /// <summary>The origin does not serve now.</summary>
    public void OriginBlocked(TimeSpan now, TimeSpan? pause = null) => _fetches.Blocked(now, pause);

    /// <summary>So many members are known to trackers and on the air, this one among them.</summary>
    public void Members(int count) => _cells.Resize(count);

    /// <summary>What is to be done now. The list is good until the next call.</summary>
    public IReadOnlyList<SwarmStep> Decide(TimeSpan now)
    {
        Forget(now);
        if (!_state.IsComplete)
            _requests.Decide(now, _steps);
        _fetches.PeersAreSlow = AreSlow(now);
        _fetches.LeaveToPeers(isAllElse: _state.Choice.Count + _requests.Count == 0, now, _steps);
        _fetches.Decide(now, _steps);
        _lookAt = now + _rules.LookEvery;
        var steps = _steps.ToArray();
        _steps.Clear();
        return steps;
    }

    /// <summary>Claims that ran out, and bytes that came too long ago to count.</summary>
    void Forget(TimeSpan now)
    {
        while (_fromPeers.TryPeek(out var oldest) && now - oldest.At > _rules.SlowAfter)
            _recentBytes -= _fromPeers.Dequeue().Bytes;
        foreach (var peer in _state.Peers)
        {
            foreach (var (slice, claim) in peer.Claims)
            {
                if (claim.Until > now)
                    continue;
                peer.Claims.Remove(slice);
                _fetches.Opened(slice, now);
            }
        }
    }

    /// <summary>For some time now, peers that have what is wanted have brought less than a person would put up with.</summary>
    bool AreSlow(TimeSpan now)
    {
        // Where the line to the origin is what limits, pieces never wait at peers for long.
        if (_state.Choice.Count + _requests.Count == 0)
            _waitsSince = null;
        else
            _waitsSince ??= now;
        return now - _waitsSince > _rules.SlowAfter + _rules.DelayOrigin
            && _recentBytes < _rules.SlowBytesPerSecond * _rules.SlowAfter.TotalSeconds
            && _fetches.Count == 0;
    }
}
