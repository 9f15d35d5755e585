namespace Haul.Engine.Swarms;

/// <summary>Whose claim to a slice counts, where two members claim the same or one goes on for too long. Both come to the same end without a word.</summary>
/// <remarks>
/// Of two who both have nothing yet, the one that scores higher goes on. Whoever is under way goes on before one who only begins, and of two
/// under way the one that has more: what is here is not thrown away for a promise. A member knows its own progress as it is and the other's
/// as it was, so that each may believe itself ahead, and a little is fetched twice; that each believes the other ahead cannot be.
/// </remarks>
sealed class ClaimJudge(SwarmState state, SwarmRules rules)
{
    /// <summary>Beyond so many times what a slice takes, a claim with less than half done is believed no more.</summary>
    const int StaleTimes = 6;

    /// <summary>And beyond so many times that, no claim is, whatever it says is done.</summary>
    const int EndTimes = 4;

    /// <summary>What was told so lately may still be on its way.</summary>
    static readonly TimeSpan Lately = TimeSpan.FromMilliseconds(150);

    // What a slice takes here, from the start, for want of anything better; seconds.
    double _meanSeconds = 2;

    /// <summary>What a slice takes here, seconds: a moving mean.</summary>
    public double MeanSeconds => _meanSeconds;

    /// <summary>A slice took so long.</summary>
    public void Learn(double seconds) => _meanSeconds += (Math.Min(seconds, 30) - _meanSeconds) / 4;

    /// <summary>Some other member fetches a slice.</summary>
    public bool IsClaimed(int slice, TimeSpan now)
    {
        foreach (var peer in state.Peers)
        {
            if (peer.Claims.TryGetValue(slice, out var claim) && claim.Until > now && !IsStale(claim, now))
                return true;
        }
        return false;
    }

    /// <summary>A claim that goes on for many times what a slice takes here holds up everyone.</summary>
    public bool IsStale(PeerClaim claim, TimeSpan now)
    {
        var age = (now - claim.Since).TotalSeconds;
        var limit = Math.Max(rules.Lease.TotalSeconds, StaleTimes * _meanSeconds);
        return age > EndTimes * limit || (age > limit && claim.DoneBytes < SliceBytes / 2);
    }

    long SliceBytes => (long)state.Slices.PiecesPerSlice * state.Layout.PieceSize;

    /// <summary>Whether this agent stops what another member claims as well.</summary>
    public Verdict Judge(OwnClaim own, double ownScore, PeerClaim claim, double score, TimeSpan now)
    {
        var keep = (long)(rules.KeepShare * (own.End - own.First) * state.Layout.PieceSize);
        var mine = IsUnderWay(own.DoneBytes, own.Since, keep, now);
        var theirs = IsUnderWay(claim.DoneBytes, claim.Since, keep, now);
        var isTheirs = mine && theirs ? claim.DoneBytes > own.DoneBytes : mine == theirs ? score > ownScore : theirs;
        // What was taken since it went on for too long there is not given back to it.
        if (isTheirs && IsStale(claim, now))
            return Verdict.BothGoOn;
        if (isTheirs)
            return Verdict.Theirs;
        // Told of bytes, the other comes to the same verdict. Told of time it may not, and would answer with its own.
        var isTold = own.DoneBytes < keep && now - own.RenewedAt < Lately;
        return mine && !theirs && !isTold ? Verdict.MineUnheard : Verdict.BothGoOn;
    }

    bool IsUnderWay(long doneBytes, TimeSpan since, long keep, TimeSpan now) => doneBytes >= keep || (doneBytes > 0 && now - since > rules.LeaseMin);

    /// <summary>Who goes on.</summary>
    public enum Verdict
    {
        /// <summary>This agent does, and the other hears soon enough that it need not.</summary>
        BothGoOn,

        /// <summary>The other.</summary>
        Theirs,

        /// <summary>This agent, and the other cannot know how much is here.</summary>
        MineUnheard,
    }
}
