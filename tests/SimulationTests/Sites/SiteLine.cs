namespace Haul.SimulationTests.Sites;

/// <summary>The line of one machine: what it sends goes out one after the other, and so comes in what is sent to it.</summary>
sealed class SiteLine(double upBytesPerSecond, double downBytesPerSecond)
{
    TimeSpan _upFree;
    TimeSpan _downFree;

    /// <summary>When the last of so many bytes has gone out.</summary>
    public TimeSpan Send(TimeSpan now, int bytes) => _upFree = Max(now, _upFree) + TimeSpan.FromSeconds(bytes / upBytesPerSecond);

    /// <summary>When the last of them has come in, where it gets here at a time.</summary>
    public TimeSpan Receive(TimeSpan at, int bytes) => _downFree = Max(at, _downFree + TimeSpan.FromSeconds(bytes / downBytesPerSecond));

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
