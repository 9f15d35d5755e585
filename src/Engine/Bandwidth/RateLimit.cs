namespace Haul.Engine.Bandwidth;

/// <summary>Lets a given number of bytes through per second, shared by all who ask.</summary>
/// <remarks>
/// Bytes are paid for after they came: the debt delays the next read, so no byte is held back in memory. A pause is never saved up for
/// more than a tenth of a second, so a burst cannot exceed that.
/// </remarks>
sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    readonly Lock _gate = new();
    long _freeAt = time.GetTimestamp();

    /// <summary>The most one read should ask for, so that a slow limit does not come in lumps: a tenth of a second's worth.</summary>
    public int ReadBytesMax => (int)Math.Clamp(bytesPerSecond / 10, 256, 1 << 20);

    /// <summary>Books bytes that came and returns how long to wait before the next.</summary>
    public TimeSpan Book(int bytes)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var earliest = now - time.TimestampFrequency / 10;
            _freeAt = Math.Max(_freeAt, earliest) + (long)((double)bytes / bytesPerSecond * time.TimestampFrequency);
            return _freeAt <= now ? TimeSpan.Zero : time.GetElapsedTime(now, _freeAt);
        }
    }
}
