namespace Haul.Cli.Output;

/// <summary>A rate that follows what it sees within seconds but does not jump: each sample weighs by the time it covers.</summary>
sealed class RateMeter(TimeProvider time)
{
    /// <summary>A sample's weight falls to a half in this time: long enough to be read, short enough to be true.</summary>
    static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(2);

    long _at;
    ulong _bytes;
    bool _hasStarted;
    double? _rate;

    /// <summary>Bytes per second; 0 before two samples.</summary>
    public double BytesPerSecond => _rate ?? 0;

    /// <summary>Takes the bytes that are here now. Fewer than before, as when a file starts over, begin anew.</summary>
    public void Take(ulong bytes)
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_at, now);
        // The time before the first byte is no part of the rate.
        if (!_hasStarted || bytes < _bytes || _rate is null && bytes == _bytes)
        {
            (_at, _bytes, _hasStarted, _rate) = (now, bytes, true, null);
            return;
        }
        if (elapsed <= TimeSpan.Zero)
            return;
        var rate = (bytes - _bytes) / elapsed.TotalSeconds;
        var kept = Math.Pow(0.5, elapsed / HalfLife);
        _rate = _rate is { } before ? before * kept + rate * (1 - kept) : rate;
        (_at, _bytes) = (now, bytes);
    }

    /// <summary>The time until so many bytes more are here, or null when that cannot be said.</summary>
    public TimeSpan? Remaining(ulong bytes) =>
        BytesPerSecond >= 1 && bytes / BytesPerSecond < TimeSpan.FromDays(100).TotalSeconds ? TimeSpan.FromSeconds(bytes / BytesPerSecond) : null;
}
