using Haul.Engine.Platform;

namespace Haul.Engine.Peers;

/// <summary>How much the system may hold back of what goes to one peer: little where the way is slow, since every message waits behind it.</summary>
/// <remarks>
/// Ten hosts that send to each other at 100 Mbit/s in all had news of pieces and claims late by what the system had taken in (bench/lanbound). On a
/// fast way the limit would cost a tenth of the speed (bench/onetoone). How fast the way is shows only while the limit is there: without it a whole piece
/// goes in at once, however slow the way. So it is there first, is left away for a second where a frame was fast, and then there again for a
/// frame. Owned by the loop that sends.
/// </remarks>
sealed class UnsentLimit(IPeerStream stream, TimeProvider time)
{
    /// <summary>Bytes that may wait on a slow way: 5 ms of one of 100 Mbit/s.</summary>
    public const int Bytes = 64 << 10;

    /// <summary>Bytes a second above which a way is fast: 400 Mbit/s.</summary>
    public const double FastAbove = 50_000_000;

    /// <summary>How long a way that was fast is taken to be.</summary>
    public static readonly TimeSpan FastFor = TimeSpan.FromSeconds(1);

    bool _isLimited;
    long? _fastSince;

    /// <summary>A frame went out.</summary>
    /// <param name="count">Bytes of it.</param>
    /// <param name="took">How long the system took to take it in.</param>
    public void Sent(int count, TimeSpan took)
    {
        // A short frame fits into what may wait, however slow the way is.
        if (_isLimited && count > 2 * Bytes && count > FastAbove * took.TotalSeconds)
            (_isLimited, _fastSince) = (false, time.GetTimestamp());
        else if (!_isLimited && (_fastSince is not { } since || time.GetElapsedTime(since) >= FastFor))
            _isLimited = true;
        else
            return;
        stream.LimitUnsent(_isLimited ? Bytes : null);
    }
}
