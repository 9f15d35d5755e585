namespace Haul.Tracker.Pacing;

/// <summary>When agents are to come again. Any thread.</summary>
/// <remarks>Above the rate aimed at, all intervals grow in proportion, so that the load comes back to it; nobody is sent away for that.</remarks>
sealed class Pace(TrackerLimits limits, TimeSpan interval, TimeProvider time)
{
    // How long the load is counted before it is judged: long enough to tell a rush from a moment.
    static readonly TimeSpan _window = TimeSpan.FromSeconds(10);

    long _windowEnds = time.GetTimestamp() + (long)(_window.TotalSeconds * time.TimestampFrequency);
    int _announces;
    float _stretch = 1;

    /// <summary>How much longer intervals are at present than they would be at rest.</summary>
    public double Stretch => Volatile.Read(ref _stretch);

    /// <summary>After how many seconds without an announce an agent is forgotten.</summary>
    public uint LifeSeconds => (uint)Math.Ceiling(interval.TotalSeconds * Stretch * TrackerLimits.LifeIntervals);

    /// <summary>One announce has come.</summary>
    public void Count()
    {
        var announces = Interlocked.Increment(ref _announces);
        var ends = Volatile.Read(ref _windowEnds);
        var now = time.GetTimestamp();
        var length = (long)(_window.TotalSeconds * time.TimestampFrequency);
        if (now < ends || Interlocked.CompareExchange(ref _windowEnds, now + length, ends) != ends)
            return;
        Interlocked.Exchange(ref _announces, 0);
        var seconds = _window.TotalSeconds + ((now - ends) / (double)time.TimestampFrequency);
        // Agents come at the stretched pace already: what they would do unstretched is what the next stretch is measured by. It falls by
        // halves only, for those who were told the long interval must not be forgotten before it is over.
        var wanted = Math.Clamp(announces / seconds * Stretch / limits.AnnouncesPerSecondAim, 1, limits.StretchMax);
        Volatile.Write(ref _stretch, (float)Math.Max(wanted, Stretch / 2));
    }

    /// <summary>The seconds that an agent is told, spread so that those who came together do not stay together.</summary>
    /// <param name="isHungry">It needs bytes and got fewer peers than it wanted.</param>
    /// <param name="lot">A random number.</param>
    public int IntervalSeconds(bool isHungry, int lot)
    {
        var seconds = Math.Min(interval.TotalSeconds, isHungry ? TrackerLimits.HungryInterval.TotalSeconds : double.MaxValue) * Stretch;
        var jitter = TrackerLimits.Jitter * ((2.0 * (lot & 0xFFFF) / 0xFFFF) - 1);
        return Math.Max(1, (int)Math.Round(seconds * (1 + jitter)));
    }
}
