namespace Haul.Engine.Peers;

/// <summary>Which claims of a peer are passed on: those that get on. Whoever only says that it fetches holds nobody up for long. One user at a time.</summary>
sealed class ClaimWatch(TimeProvider time)
{
    /// <summary>Slices that are watched for one peer; it may claim 8 of a swarm at a time.</summary>
    const int CountMax = 512;

    /// <summary>A claim whose bytes grow no more for so long is dead: an origin that stalls is given up sooner.</summary>
    static readonly TimeSpan _stallMax = TimeSpan.FromSeconds(30);

    /// <summary>A claim of which no piece came for so long is a lie, or slower than 9 KB/s.</summary>
    static readonly TimeSpan _pieceMax = TimeSpan.FromMinutes(2);

    /// <summary>After that the slice may be claimed anew.</summary>
    static readonly TimeSpan _forgetAfter = TimeSpan.FromMinutes(10);

    readonly Dictionary<(uint Channel, int Slice), Claim> _claims = [];

    /// <summary>A peer claims a slice, or still does; false where nobody needs to know.</summary>
    public bool Believes(uint channel, int slice, uint doneBytes)
    {
        var now = time.GetTimestamp();
        if (!_claims.TryGetValue((channel, slice), out var claim) || time.GetElapsedTime(claim.Since, now) > _forgetAfter)
        {
            if (_claims.Count >= CountMax)
                Forget(now);
            if (_claims.Count >= CountMax)
                return false;
            claim = new Claim(now, now, doneBytes);
        }
        else if (doneBytes > claim.DoneBytes && time.GetElapsedTime(claim.GrewAt, now) <= _stallMax)
        {
            claim = claim with { GrewAt = now, DoneBytes = doneBytes };
        }
        _claims[(channel, slice)] = claim;
        return time.GetElapsedTime(claim.GrewAt, now) <= _stallMax && time.GetElapsedTime(claim.Since, now) <= _pieceMax;
    }

    /// <summary>A piece of the slice is there: what was claimed gets on.</summary>
    public void Brought(uint channel, int slice) => _claims.Remove((channel, slice));

    void Forget(long now)
    {
        foreach (var (key, claim) in _claims)
        {
            if (time.GetElapsedTime(claim.Since, now) > _forgetAfter)
                _claims.Remove(key);
        }
    }

    /// <summary>What a peer claims.</summary>
    /// <param name="Since">Since when, without a piece of it.</param>
    /// <param name="GrewAt">When it last had more.</param>
    /// <param name="DoneBytes">What it had then.</param>
    readonly record struct Claim(long Since, long GrewAt, uint DoneBytes);
}
