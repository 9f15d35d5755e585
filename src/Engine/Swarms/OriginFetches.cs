using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>Which slices this agent fetches from the origin for all, and when it leaves one to another.</summary>
/// <remarks>
/// A slice is open where a piece of it is wanted that no peer has and nobody claims. Of the members that fetch nothing at the moment, the one
/// that scores highest for it takes it; if that one does not, it passes to the next after a grace. Everyone begins with the slices it
/// scores highest for, so that even without a word two members seldom begin with the same.
/// </remarks>
sealed class OriginFetches(SwarmState state, SwarmRules rules, SwarmCells cells, ExpectedMembers expected, TimeSpan joinedAt)
{
    static readonly TimeSpan Always = TimeSpan.MinValue;

    readonly ClaimJudge _judge = new(state, rules);
    readonly UnspreadPieces _unspread = new(state, rules);
    readonly double[] _scores = Rendezvous.Scores(state.Self, state.Slices.Count, state.Weight);
    readonly int[] _ranking = Rendezvous.Ranking(state.Self, state.Slices.Count, state.Weight);
    readonly Dictionary<int, OwnClaim> _own = [];
    readonly Dictionary<int, TimeSpan> _openSince = [];
    TimeSpan _idleSince = joinedAt;
    TimeSpan _aloneSince = joinedAt;
    TimeSpan _othersAt = joinedAt;
    TimeSpan _notBefore = joinedAt;
    TimeSpan? _mayBeginAt = joinedAt + rules.Hold;
    int _failures;

    /// <summary>Slices on their way.</summary>
    public int Count => _own.Count;

    /// <summary>When <see cref="Decide"/> might decide something else without anything having happened, or null.</summary>
    public TimeSpan? WakeAt { get; private set; }

    /// <summary>Peers bring too little: what they have is open, too, as long as it is not on its way.</summary>
    public bool PeersAreSlow { get; set; }

    public void Decide(TimeSpan now, List<SwarmStep> steps)
    {
        WakeAt = null;
        Renew(now, steps);
        if (state.IsComplete || !rules.MayFetch)
            return;
        if (Max(_notBefore, TurnAt()) is var turn && now < turn)
        {
            WakeAt = turn;
            return;
        }
        if (state.FetcherCount > 0 || expected.IsAny(now))
            _aloneSince = now;
        while (_own.Count < SlotCount && ChooseOfOrigin() is var (from, first, count))
            Take(from, first, count, now, steps);
        if (_unspread.AreMany(now))
            return;
        while (_own.Count < SlotCount && Choose(now) is { } slice)
            Take(slice, now, steps);
    }

    /// <summary>Pieces that only the origin is asked for, side by side in a slice.</summary>
    (int Slice, int First, int Count)? ChooseOfOrigin()
    {
        for (var piece = state.OfOrigin.NextIn(0); piece is { Value: var first }; piece = state.OfOrigin.NextIn(first + 1))
        {
            var slice = state.Slices.Of(new PieceIndex(first));
            if (!state.IsWanted(first) || _own.ContainsKey(slice))
                continue;
            var end = first + 1;
            while (end < state.Slices.EndPiece(slice) && state.IsWanted(end) && state.OfOrigin.Contains(new PieceIndex(end)))
                end++;
            return (slice, first, end - first);
        }
        return null;
    }

    /// <summary>When this agent begins: one after the other, so that the first pieces come at once and one by one, and not all of them late.</summary>
    TimeSpan TurnAt()
    {
        if (_mayBeginAt is not { } at)
            return Always;
        var before = 0;
        foreach (var peer in state.Peers)
        {
            if (peer.Fetches && peer.Id.CompareTo(state.Self) < 0)
                before++;
        }
        return Max(at, expected.HoldUntil) + before * rules.Stagger;
    }

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>More at a time where a slice takes little, since then most of it is waiting for the answer to begin; and one more among few.</summary>
    int SlotCount => Math.Min(rules.OriginSlotsMax, (int)Math.Max(1, Math.Ceiling(rules.OriginAhead.TotalSeconds / _judge.MeanSeconds)) + (state.FetcherCount < rules.FewFetchers ? 1 : 0));

    void Take(int slice, TimeSpan now, List<SwarmStep> steps)
    {
        var (first, count) = Run(slice)!.Value;
        // The longer nobody else fetches, the longer the runs, so that the origin is asked less often.
        var most = Math.Min(rules.AlonePiecesMax, (int)((now - _aloneSince).TotalSeconds * rules.AloneSlicesPerSecond) * state.Slices.PiecesPerSlice);
        while (count < most && first + count < state.Slices.PieceCount && IsOpen(first + count))
            count++;
        Take(slice, first, count, now, steps);
    }

    void Take(int slice, int first, int count, TimeSpan now, List<SwarmStep> steps)
    {
        _mayBeginAt = null;
        var isOfOrigin = state.OfOrigin.Contains(new PieceIndex(first));
        for (var piece = first; piece < first + count; piece++)
            state.Take(new PieceIndex(piece));
        _own.Add(slice, new OwnClaim { First = first, End = first + count, Since = now, RenewedAt = now, DespitePeers = PeersAreSlow, IsOfOrigin = isOfOrigin });
        Tell(_own[slice], isRenewal: false, steps);
        steps.Add(new SwarmStep.Fetch(slice, first, count));
    }

    /// <summary>The first run of a slice's pieces that the origin is to be asked for, or null.</summary>
    (int First, int Count)? Run(int slice)
    {
        var end = state.Slices.EndPiece(slice);
        for (var first = state.Slices.FirstPiece(slice); first < end; first++)
        {
            var count = 0;
            while (first + count < end && IsOpen(first + count))
                count++;
            if (count > 0)
                return (first, count);
        }
        return null;
    }

    bool IsOpen(int piece) => state.IsWanted(piece) && (PeersAreSlow || state.Choice.HoldersOf(new PieceIndex(piece)) == 0);

    int? Choose(TimeSpan now)
    {
        if (state.Playhead is { } head && state.Slices.Of(new PieceIndex(head)) is var under && !_own.ContainsKey(under) && Run(under) is not null && !_judge.IsClaimed(under, now))
            return under;
        foreach (var slice in _ranking)
        {
            if (_own.ContainsKey(slice) || Run(slice) is null || _judge.IsClaimed(slice, now))
                continue;
            var due = DueAt(slice, now);
            if (due <= now)
                return slice;
            if (WakeAt is null || due < WakeAt)
                WakeAt = due;
        }
        return null;
    }

    /// <summary>When a slice is this agent's to take: at once for the best of those who are idle, later for the next ones.</summary>
    TimeSpan DueAt(int slice, TimeSpan now)
    {
        var since = _openSince.TryGetValue(slice, out var open) && open > _idleSince ? open : _idleSince;
        var before = 0;
        foreach (var peer in state.Peers)
        {
            if (peer.Fetches && cells.IsMine(peer.Id) && peer.Score(slice) > _scores[slice] && !peer.HasClaim(now))
                before++;
        }
        var due = before == 0 ? Always : since + before * rules.Grace;
        if (expected.IsAny(now) && expected.Own(slice, _scores[slice]))
            due = Max(due, expected.Until);
        return cells.Owns(slice) ? due : Max(due, _othersAt + rules.CellGrace);
    }

    void Renew(TimeSpan now, List<SwarmStep> steps)
    {
        foreach (var claim in _own.Values)
        {
            if (now - claim.RenewedAt >= rules.RenewEvery && claim.DoneBytes != claim.ToldBytes)
                Renew(claim, now, steps);
        }
    }

    void Renew(OwnClaim claim, TimeSpan now, List<SwarmStep> steps)
    {
        (claim.RenewedAt, claim.ToldBytes) = (now, claim.DoneBytes);
        Tell(claim, isRenewal: true, steps);
    }

    /// <summary>Tells of the slices of a run that are not here yet.</summary>
    void Tell(OwnClaim claim, bool isRenewal, List<SwarmStep> steps)
    {
        var done = claim.DoneBytes - (long)(state.Slices.FirstPiece(state.Slices.Of(new PieceIndex(claim.First))) - claim.First) * state.Layout.PieceSize;
        var size = (long)state.Slices.PiecesPerSlice * state.Layout.PieceSize;
        for (var slice = state.Slices.Of(new PieceIndex(claim.First)); slice <= state.Slices.Of(new PieceIndex(claim.End - 1)); slice++, done -= size)
        {
            if (done < size)
                steps.Add(new SwarmStep.Claim(slice, rules.Lease, Math.Max(0, done), isRenewal));
        }
    }

    /// <summary>Tells all claims again, for one who has just come.</summary>
    public void TellAll(List<SwarmStep> steps)
    {
        foreach (var claim in _own.Values)
            Tell(claim, isRenewal: true, steps);
    }

    /// <summary>Bytes of a slice came from the origin.</summary>
    public void Progress(int slice, long bytes)
    {
        if (_own.TryGetValue(slice, out var claim))
            claim.DoneBytes += bytes;
    }

    /// <summary>Another member claims a slice that this one fetches: one of the two stops, and both know which.</summary>
    public void Crossed(SwarmPeer peer, int slice, TimeSpan now, List<SwarmStep> steps)
    {
        if (!_own.TryGetValue(slice, out var claim) || claim.IsOfOrigin)
            return;
        var verdict = _judge.Judge(claim, _scores[slice], peer.Claims[slice], peer.Score(slice), now);
        if (verdict == ClaimJudge.Verdict.Theirs)
            steps.Add(new SwarmStep.Abandon(slice));
        else if (verdict == ClaimJudge.Verdict.MineUnheard)
            Renew(claim, now, steps);
    }

    /// <summary>The fetching of a slice ended; pieces of it that did not come are wanted again.</summary>
    public void Ended(int slice, bool isDone, TimeSpan now, int broughtEnd, List<SwarmStep> steps)
    {
        if (!_own.Remove(slice, out var claim))
            return;
        for (var piece = claim.First; piece < claim.End; piece++)
        {
            var index = new PieceIndex(piece);
            if (!state.Have.Contains(index) && (claim.Lost.Contains(index) || (!isDone && piece >= broughtEnd)))
                state.GiveBack(index);
        }
        if (isDone)
            _unspread.Add(claim.First, claim.End, now);
        (_idleSince, _openSince[slice]) = (now, now);
        if (isDone)
            Learn((now - claim.Since).TotalSeconds * state.Slices.PiecesPerSlice / (claim.End - claim.First));
        else
            steps.Add(new SwarmStep.Release(slice));
    }

    void Learn(double seconds)
    {
        _judge.Learn(seconds);
        _failures = 0;
    }

    /// <summary>The origin does not serve: nothing is asked of it for a while, longer each time.</summary>
    public void Blocked(TimeSpan now, TimeSpan? pause)
    {
        var wait = pause ?? TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(_failures, 5)));
        _failures++;
        _notBefore = now + wait;
    }

    /// <summary>A member fetches, or has, something: as long as that of other cells does, their slices are left to them.</summary>
    public void Heard(SwarmPeer peer, int slice, TimeSpan now)
    {
        // As long as all are one cell, too: it may fall apart at any time.
        if (cells.Count == 1 || !cells.IsMine(peer.Id) || !cells.Owns(slice))
            _othersAt = now;
    }

    /// <summary>A slice is nobody's since now.</summary>
    public void Opened(int slice, TimeSpan now) => _openSince[slice] = now;

    /// <summary>What came as a piece is not that piece; true where it is part of a run that is still on its way, which gives it back when it ends.</summary>
    public bool Lost(PieceIndex piece)
    {
        foreach (var claim in _own.Values)
        {
            if (piece.Value < claim.First || piece.Value >= claim.End)
                continue;
            claim.Lost.Add(piece);
            return true;
        }
        return false;
    }

    /// <summary>What peers have come to have all of is left to them: at once where little of it is here, and in the end in any case.</summary>
    /// <param name="isAllElse">Nothing else is left to be had from peers.</param>
    /// <param name="now">The time.</param>
    /// <param name="steps">Where it is said.</param>
    public void LeaveToPeers(bool isAllElse, TimeSpan now, List<SwarmStep> steps)
    {
        foreach (var (slice, claim) in _own)
        {
            var isLittle = claim.DoneBytes < rules.KeepShare * (claim.End - claim.First) * state.Layout.PieceSize;
            if (claim.IsLeft || claim.DespitePeers || PeersAreSlow || !(isLittle || (isAllElse && now - claim.Since > rules.Spare)) || !PeersHave(claim))
                continue;
            claim.IsLeft = true;
            steps.Add(new SwarmStep.Abandon(slice));
        }
    }

    bool PeersHave(OwnClaim claim)
    {
        for (var piece = claim.First; piece < claim.End; piece++)
        {
            if (!state.Have.Contains(new PieceIndex(piece)) && state.Choice.HoldersOf(new PieceIndex(piece)) == 0)
                return false;
        }
        return true;
    }
}
