using Haul.Tracker.Memory;

namespace Haul.Tracker.Pacing;

/// <summary>Token buckets by key in a fixed table: what many strangers send cannot make it grow. Any thread.</summary>
/// <remarks>
/// Each bucket is one number, the time at which it would be full again (the generic cell rate algorithm). Keys that fall into one place
/// share its bucket; which ones do is a secret of the process, so nobody can choose to empty somebody else's.
/// </remarks>
sealed class RateLimit
{
    // A mebibyte: with 10,000 busy addresses one in thirteen shares its bucket with another.
    const int Places = 1 << 17;

    readonly long[] _fullAt = new long[Places];
    readonly TimeProvider _time;
    readonly double _ticksPerToken;
    readonly double _burstTicks;

    /// <param name="perSecond">Tokens that come each second.</param>
    /// <param name="burst">Tokens that a bucket holds.</param>
    /// <param name="time">The clock.</param>
    public RateLimit(double perSecond, double burst, TimeProvider time)
    {
        _time = time;
        _ticksPerToken = time.TimestampFrequency / perSecond;
        _burstTicks = burst * _ticksPerToken;
    }

    /// <summary>Takes tokens; where there are too few, none, and how long it takes until there are enough.</summary>
    public TimeSpan? Take(UInt128 key, int tokens)
    {
        ref var fullAt = ref _fullAt[SecretHash.Of(key) & (Places - 1)];
        var now = _time.GetTimestamp();
        while (true)
        {
            var was = Volatile.Read(ref fullAt);
            var next = Math.Max(was, now) + (long)(tokens * _ticksPerToken);
            var tooMuch = next - now - _burstTicks;
            if (tooMuch > 0)
                return TimeSpan.FromSeconds(tooMuch / _time.TimestampFrequency);
            if (Interlocked.CompareExchange(ref fullAt, next, was) == was)
                return null;
        }
    }
}
