using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>Which swarms are announced when.</summary>
public sealed class TrackerScheduleTests
{
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(300);

    readonly TrackerSchedule _schedule = new();
    TimeSpan _now;

    static SwarmId Swarm(int number) => new(new PieceHash(0, (UInt128)number));

    static TrackerPart Part(long left = 100) => new(left, TrackerMode.Lan, 10);

    IReadOnlyList<TrackerDue> After(double seconds) => _schedule.Take(_now += TimeSpan.FromSeconds(seconds));

    void Announce(double after)
    {
        var dues = After(after);
        Assert.NotEmpty(dues);
        _schedule.Book(dues, _now, _interval);
    }

    [Fact]
    public void What_came_together_goes_together()
    {
        for (var number = 0; number < 70; number++)
            _schedule.Set(Swarm(number), Part(), _now);

        Assert.Empty(After(0.4));
        var first = After(0.2);
        Assert.Equal(TrackerLimits.SwarmsMax, first.Count);
        Assert.All(first, due => Assert.Equal("started", due.Event));
        _schedule.Book(first, _now, _interval);
        Assert.Equal(6, After(0).Count);
    }

    [Fact]
    public void A_swarm_is_announced_again_after_the_interval_with_what_is_new()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        Announce(1);
        _schedule.Set(Swarm(1), Part(60), _now);

        Assert.Equal(_now + _interval, _schedule.Due);
        Assert.Empty(After(299));
        Assert.Equal([new TrackerDue(Swarm(1), Part(60), null)], After(1));
    }

    [Fact]
    public void Those_that_would_be_due_soon_go_along()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        Announce(1);
        _now += TimeSpan.FromSeconds(20);
        _schedule.Set(Swarm(2), Part(), _now);
        Announce(1);

        Assert.Equal(2, After(280).Count);
    }

    [Fact]
    public void Completion_is_told_soon_and_once()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        Announce(1);
        _schedule.Set(Swarm(1), Part(0), _now);

        var dues = After(1);
        Assert.Equal("completed", Assert.Single(dues).Event);
        _schedule.Book(dues, _now, _interval);
        _schedule.Set(Swarm(1), Part(0), _now);
        Assert.Null(Assert.Single(After(300)).Event);
    }

    [Fact]
    public void Completion_while_an_announce_is_under_way_is_told_after_it()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        var dues = After(1);
        _schedule.Set(Swarm(1), Part(0), _now);
        _schedule.Book(dues, _now, _interval);

        Assert.Equal("completed", Assert.Single(After(1)).Event);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_has_it_and_wants_it_anew_asks_for_peers_soon(bool isUnderWay)
    {
        _schedule.Set(Swarm(1), new TrackerPart(0, TrackerMode.Group, 0), _now);
        var dues = After(1);
        if (!isUnderWay)
            _schedule.Book(dues, _now, _interval);
        _schedule.Set(Swarm(1), new TrackerPart(100, TrackerMode.Group, 10), _now);
        if (isUnderWay)
            _schedule.Book(dues, _now, _interval);

        Assert.Equal(10, Assert.Single(After(1)).Part.Wanted);
    }

    [Fact]
    public void Who_starts_complete_has_not_completed()
    {
        _schedule.Set(Swarm(1), Part(0), _now);
        Announce(1);

        Assert.Empty(After(200));
    }

    [Fact]
    public void An_end_is_told_and_then_forgotten()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        Announce(1);
        _schedule.Leave(Swarm(1), _now);

        var dues = After(1);
        Assert.Equal("stopped", Assert.Single(dues).Event);
        _schedule.Book(dues, _now, _interval);
        Assert.Equal((0, null), (_schedule.Count, _schedule.Due));
    }

    [Fact]
    public void A_swarm_that_no_tracker_heard_of_goes_without_a_word()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        _schedule.Leave(Swarm(1), _now);

        Assert.Equal(0, _schedule.Count);
    }

    [Fact]
    public void An_end_while_the_start_is_under_way_is_told_after_it()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        var dues = After(1);
        _schedule.Leave(Swarm(1), _now);
        _schedule.Book(dues, _now, _interval);

        Assert.Equal("stopped", Assert.Single(After(1)).Event);
    }

    [Fact]
    public void Who_comes_back_starts_anew()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        Announce(1);
        _schedule.Leave(Swarm(1), _now);
        var stop = After(1);
        _schedule.Set(Swarm(1), Part(), _now);
        _schedule.Book(stop, _now, _interval);

        Assert.Equal("started", Assert.Single(After(1)).Event);
    }

    [Fact]
    public void What_was_not_heard_is_said_again_except_an_end()
    {
        _schedule.Set(Swarm(1), Part(), _now);
        _schedule.Set(Swarm(2), Part(), _now);
        Announce(1);
        _schedule.Leave(Swarm(2), _now);
        _schedule.Set(Swarm(3), Part(), _now);
        var dues = After(1);
        Assert.Equal(2, dues.Count);

        _schedule.Fail(dues, _now + TimeSpan.FromSeconds(10));

        Assert.Empty(After(9));
        Assert.Equal([new TrackerDue(Swarm(3), Part(), "started")], After(1));
        Assert.Equal(2, _schedule.Count);
    }
}
