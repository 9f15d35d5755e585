using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>What happened to jobs, for listeners of any speed.</summary>
public sealed class EventLogTests
{
    static readonly JobSnapshot _job = new Job(Guid.NewGuid(), new Caller(1, 1, "ann", false), "test", DateTimeOffset.UnixEpoch).Snapshot();

    readonly EventLog _log = new();

    [Fact]
    public void A_new_log_has_nothing_to_tell()
    {
        Assert.Equal(0, _log.Last);
        Assert.Empty(_log.Since(0, out _)!);
    }

    [Fact]
    public void Events_come_in_order_and_numbered_from_one()
    {
        Append(JobEventKind.Created, JobEventKind.State, JobEventKind.Files);

        var events = _log.Since(0, out _)!;

        Assert.Equal([(1L, JobEventKind.Created), (2L, JobEventKind.State), (3L, JobEventKind.Files)], events.Select(one => (one.Sequence, one.Kind)));
        Assert.Equal(3, _log.Last);
    }

    [Fact]
    public void A_listener_reads_on_from_where_it_was()
    {
        Append(JobEventKind.Created, JobEventKind.State, JobEventKind.Files);

        Assert.Equal([JobEventKind.Files], _log.Since(2, out _)!.Select(one => one.Kind));
        Assert.Empty(_log.Since(3, out _)!);
    }

    [Fact]
    public void A_slow_listener_takes_so_many_at_a_time()
    {
        Append(JobEventKind.Created, JobEventKind.State, JobEventKind.Files);

        Assert.Equal([1L, 2L], _log.Since(0, out _, max: 2)!.Select(one => one.Sequence));
        Assert.Equal([3L], _log.Since(2, out _, max: 2)!.Select(one => one.Sequence));
    }

    [Fact]
    public void A_listener_is_woken_by_the_next_event_only()
    {
        Append(JobEventKind.Created);
        _log.Since(1, out var more);
        Assert.False(more.IsCompleted);

        Append(JobEventKind.State);

        Assert.True(more.IsCompleted);
        _log.Since(2, out var next);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public void The_last_8192_events_are_kept()
    {
        for (var i = 0; i < EventLog.Capacity + 10; i++)
            Append(JobEventKind.Progress);

        var kept = _log.Since(10, out _)!;

        Assert.Equal(8192, kept.Count);
        Assert.Equal(Enumerable.Range(11, 8192).Select(i => (long)i), kept.Select(one => one.Sequence));
    }

    [Fact]
    public void A_listener_who_was_away_too_long_is_told_so()
    {
        for (var i = 0; i < EventLog.Capacity + 10; i++)
            Append(JobEventKind.Progress);

        Assert.Null(_log.Since(9, out _));
        Assert.Null(_log.Since(0, out _));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_number_that_the_log_never_gave_starts_anew(long after)
    {
        Append(JobEventKind.Created);

        Assert.Null(_log.Since(after, out var more));
        Assert.False(more.IsCompleted);
    }

    void Append(params JobEventKind[] kinds)
    {
        foreach (var kind in kinds)
            _log.Append(kind, _job);
    }
}
