using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>One listener's way through the events.</summary>
public sealed class JobListenerTests
{
    [Fact]
    public void A_new_listener_hears_of_each_job_as_it_is_and_then_of_what_happens()
    {
        using var world = new JobWorld();
        var first = world.Create();
        var second = world.Create();
        var listener = Listener(world, world.Ann).FromThePresent(evenFinal: false);

        Assert.Equal([(JobEventKind.Present, first), (JobEventKind.Present, second)], Hear(world, listener).OrderBy(one => one.Item2 == second));

        var hearing = world.Begin(_ => listener.NextAsync(CancellationToken.None));
        Assert.False(hearing.IsCompleted);
        world.Ask(jobs => jobs.CancelAsync(world.Ann, first));
        Assert.Equal([(JobEventKind.State, first)], Of(hearing));
    }

    [Fact]
    public void A_listener_hears_only_of_jobs_it_may_see()
    {
        using var world = new JobWorld();
        var listener = Listener(world, world.Bob).FromThePresent(evenFinal: false);
        var administrator = Listener(world, world.Root).FromThePresent(evenFinal: false);
        Hear(world, listener);
        Hear(world, administrator);
        var hearing = world.Begin(_ => listener.NextAsync(CancellationToken.None));
        var job = world.Create();

        Assert.False(hearing.IsCompleted);
        Assert.Equal([(JobEventKind.Created, job)], Hear(world, administrator));
    }

    [Fact]
    public void A_listener_of_one_job_hears_of_no_other()
    {
        using var world = new JobWorld();
        var job = world.Create();
        var listener = Listener(world, world.Ann, job).FromThePresent(evenFinal: false);
        Assert.Equal([(JobEventKind.Present, job)], Hear(world, listener));
        var hearing = world.Begin(_ => listener.NextAsync(CancellationToken.None));
        world.Create();
        Assert.False(hearing.IsCompleted);

        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = "x" }));

        Assert.Equal([(JobEventKind.Properties, job)], Of(hearing));
    }

    [Fact]
    public void Who_comes_back_goes_on_behind_the_last_event_it_heard()
    {
        using var world = new JobWorld();
        var listener = Listener(world, world.Ann).FromThePresent(evenFinal: false);
        Hear(world, listener);
        var first = world.Create();
        Hear(world, listener);
        var position = listener.Position!.Value;
        var second = world.Create();
        world.Ask(jobs => jobs.CancelAsync(world.Ann, first));

        Assert.Equal([(JobEventKind.Created, second), (JobEventKind.State, first)], Hear(world, Listener(world, world.Ann).After(position)));
    }

    [Fact]
    public void Who_was_away_too_long_starts_over_and_hears_of_late_ends_too()
    {
        using var world = new JobWorld();
        var gone = world.Create();
        var busy = world.Create();
        world.Ask(jobs => jobs.CancelAsync(world.Ann, gone));
        for (var i = 0; i <= EventLog.Capacity; i++)
            world.Ask(jobs => jobs.ChangeAsync(world.Ann, busy, new JobChange { Description = $"{i}" }));

        var heard = Hear(world, Listener(world, world.Ann).After(1));

        Assert.Equal(new[] { (JobEventKind.Present, gone), (JobEventKind.Present, busy) }.ToHashSet(), [.. heard]);
    }

    [Fact]
    public void Events_come_in_batches_of_64()
    {
        using var world = new JobWorld();
        for (var i = 0; i < 100; i++)
            world.Create();
        var present = Listener(world, world.Ann).FromThePresent(evenFinal: false);
        var past = Listener(world, world.Ann).After(0);

        Assert.Equal([64, 36], [Hear(world, present).Count, Hear(world, present).Count]);
        Assert.Equal([64, 36], [Hear(world, past).Count, Hear(world, past).Count]);
        Assert.NotNull(present.Position);
    }

    [Fact]
    public void What_was_told_as_present_is_not_told_again_as_news()
    {
        using var world = new JobWorld();
        var job = world.Create();
        var listener = Listener(world, world.Ann).FromThePresent(evenFinal: false);
        // Between taking the place and telling the job.
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = "x" }));
        Assert.Equal([(JobEventKind.Present, job)], Hear(world, listener));

        var hearing = world.Begin(_ => listener.NextAsync(CancellationToken.None));
        Assert.False(hearing.IsCompleted);
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = "y" }));

        Assert.Equal([(JobEventKind.Properties, job)], Of(hearing));
    }

    static JobListener Listener(JobWorld world, Caller caller, Guid? job = null) => new(world.Jobs, caller, job);

    static List<(JobEventKind, Guid)> Hear(JobWorld world, JobListener listener) => Of(world.Begin(_ => listener.NextAsync(CancellationToken.None)));

    static List<(JobEventKind, Guid)> Of(Task<IReadOnlyList<JobEvent>> hearing)
    {
        Assert.True(hearing.IsCompleted, "Nothing is heard.");
        return [.. hearing.GetAwaiter().GetResult().Select(one => (one.Kind, one.Job.Id))];
    }
}
