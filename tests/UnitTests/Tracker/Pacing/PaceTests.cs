using Haul.Tracker;
using Haul.Tracker.Pacing;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Tracker.Pacing;

/// <summary>When agents are to come again.</summary>
public sealed class PaceTests
{
    readonly FakeTimeProvider _time = new();

    Pace Start() => new(new TrackerLimits { AnnouncesPerSecondAim = 10 }, TimeSpan.FromMinutes(5), _time);

    void Load(Pace pace, int perSecond)
    {
        for (var second = 0; second < 11; second++)
        {
            for (var announce = 0; announce < perSecond; announce++)
                pace.Count();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        pace.Count();
    }

    [Fact]
    public void An_interval_differs_by_a_tenth_at_most()
    {
        var pace = Start();
        var told = Enumerable.Range(0, 1000).Select(lot => pace.IntervalSeconds(false, lot * 7919)).ToList();

        Assert.All(told, seconds => Assert.InRange(seconds, 270, 330));
        Assert.InRange(told.Distinct().Count(), 50, 61);
        Assert.InRange(pace.IntervalSeconds(true, 5), 27, 33);
        Assert.Equal(750U, pace.LifeSeconds);
    }

    [Fact]
    public void A_short_interval_stays_short_for_the_hungry() =>
        Assert.InRange(new Pace(new TrackerLimits(), TimeSpan.FromSeconds(10), _time).IntervalSeconds(true, 0x7FFF), 9, 11);

    [Fact]
    public void Under_load_intervals_and_lives_grow_to_a_limit_and_fall_by_halves()
    {
        var pace = Start();

        Load(pace, 20);
        Assert.InRange(pace.Stretch, 1.8, 2.2);
        Assert.InRange(pace.IntervalSeconds(false, 0x7FFF), 540, 660);
        Assert.InRange(pace.LifeSeconds, 1350U, 1650U);
        Load(pace, 1000);
        Assert.Equal(4, pace.Stretch);
        // The end of the rush lies in the next window.
        Load(pace, 0);
        Load(pace, 0);
        Assert.Equal(2, pace.Stretch);
        Load(pace, 0);
        Assert.Equal(1, pace.Stretch);
    }
}
