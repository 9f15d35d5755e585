using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>When a job is given up: no progress, or too old (contract, sections 6.2 and 10.1).</summary>
public sealed class JobTimeoutsTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(JobPriority.Foreground, null, 3600)]
    [InlineData(JobPriority.High, null, 86400)]
    [InlineData(JobPriority.Normal, null, 86400)]
    [InlineData(JobPriority.Low, null, 86400)]
    [InlineData(JobPriority.Foreground, 60U, 60)]
    [InlineData(JobPriority.Normal, 200_000U, 200_000)]
    public void A_job_without_a_byte_fails_after_its_timeout(JobPriority priority, uint? set, int seconds)
    {
        using var world = new JobWorld(new() { ProgressInterval = 10 * _second });
        world.Origin.Serve(JobWorld.Url("a")).Refusing(503);
        var job = Run(world, new JobChange { Priority = priority, NoProgressTimeoutSeconds = set });
        Assert.Equal((uint)seconds, world.Now(job).NoProgressTimeoutSeconds);

        world.Pass((seconds - 10) * _second, 10 * _second);
        Assert.Equal(JobState.TransientError, world.StateOf(job));
        world.Pass(20 * _second, 10 * _second);

        Assert.Equal((JobState.Error, DO_E_DOWNLOAD_NO_PROGRESS), (world.StateOf(job), world.Now(job).Error!.Code));
        Assert.Contains("503", world.Now(job).Error!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_brings_nothing_is_no_progress()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 100 });

        world.Pass(102 * _second);

        Assert.Equal(DO_E_DOWNLOAD_NO_PROGRESS, world.Now(job).Error!.Code);
        Assert.Equal((0, 0), (world.Disk.OpenHandles, world.Origin.OpenBodies));
    }

    [Fact]
    public void Every_byte_starts_the_timeout_anew()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Stalling(at: 1);
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 60 });

        for (var i = 2; i < 12; i++)
        {
            world.Pass(25 * _second);
            origin.Go();
            origin.Stalling(at: i);
        }
        Assert.Equal(JobState.Transferring, world.StateOf(job));
        world.Pass(90 * _second);

        Assert.Equal(DO_E_DOWNLOAD_NO_PROGRESS, world.Now(job).Error!.Code);
    }

    [Fact]
    public void A_timeout_of_0_makes_every_error_final_at_once()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Refusing(503);
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 0 });

        Assert.Equal((JobState.Error, HResult.FromHttpStatus(503)), (world.StateOf(job), world.Now(job).Error!.Code));
        world.Pass(100 * _second);
        Assert.Single(world.Origin.Requests);
    }

    [Fact]
    public void A_job_that_waits_for_its_turn_is_not_to_blame()
    {
        using var world = new JobWorld(new() { TransfersMax = 0 });
        world.Origin.Serve(JobWorld.Url("a"));
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 60 });

        world.Pass(600 * _second, _second);
        Assert.Equal(JobState.Queued, world.StateOf(job));
        world.Policy = new Policy();
        world.Pass(2 * _second);

        Assert.Equal(JobState.Transferred, world.StateOf(job));
    }

    [Fact]
    public void Resume_after_the_timeout_tries_anew()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Refusing(503);
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 60 });
        world.Pass(70 * _second);
        Assert.Equal(JobState.Error, world.StateOf(job));

        origin.Status = null;
        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal(JobState.Transferred, world.StateOf(job));
    }

    [Fact]
    public void Bytes_that_come_again_and_again_are_no_progress()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Stalling(at: 100);
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 600 });

        world.Pass(650 * _second);

        Assert.Equal(DO_E_DOWNLOAD_NO_PROGRESS, world.Now(job).Error?.Code);
        Assert.InRange(world.Origin.Requests.Count, 5, 20);
    }

    [Fact]
    public void Bytes_of_a_content_that_changed_are_progress_from_the_first_on()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 60 });
        world.Pass(25 * _second);
        (origin.ETag, origin.BreaksAt, origin.Bytes) = ("\"v2\"", 0, FakeOrigin.Content(3 << 20, seed: 2));
        origin.Go();
        world.Pass(_second);
        (origin.BreaksAt, origin.StallsAt) = (long.MaxValue, 1 << 20);
        world.Pass(25 * _second);
        origin.Go();
        origin.Stalling(at: (1 << 20) + 5);
        world.Pass(25 * _second);

        Assert.Equal((JobState.Transferring, (1UL << 20) + 5), (world.StateOf(job), world.Now(job).Progress.BytesTransferred));
    }

    [Fact]
    public void Bytes_that_were_lost_are_no_progress()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var job = Run(world, new JobChange { NoProgressTimeoutSeconds = 300 });
        world.Ask(jobs => jobs.SuspendAsync(world.Ann, job));
        world.Disk.Remove(world.FileOf(job).TemporaryName!);
        origin.Status = 503;
        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        world.Pass(310 * _second, _second);

        Assert.Equal((JobState.Error, DO_E_DOWNLOAD_NO_PROGRESS), (world.StateOf(job), world.Now(job).Error?.Code));
    }

    [Theory]
    [InlineData(JobState.Suspended)]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Error)]
    [InlineData(JobState.Transferred)]
    public void A_job_is_cancelled_after_30_days(JobState state)
    {
        using var world = new JobWorld(new() { ProgressInterval = TimeSpan.FromHours(1) });
        var job = world.JobIn(state);

        world.Pass(TimeSpan.FromDays(30) - TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        Assert.Equal(state, world.StateOf(job));
        world.Pass(TimeSpan.FromHours(2), TimeSpan.FromHours(1));

        Assert.Equal(JobState.Cancelled, world.StateOf(job));
        Assert.Empty(world.Disk.Paths);
        Assert.Null(world.Recorded(job));
    }

    [Fact]
    public void The_30_days_are_counted_across_restarts_and_changes()
    {
        using var world = new JobWorld(new() { ProgressInterval = TimeSpan.FromHours(1) });
        var job = world.JobIn(JobState.Suspended);
        for (var day = 0; day < 29; day++)
        {
            world.Pass(TimeSpan.FromDays(1), TimeSpan.FromHours(1));
            world.Restart();
            world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = $"day {day}" }));
        }

        world.Pass(TimeSpan.FromHours(25), TimeSpan.FromHours(1));

        Assert.Equal(JobState.Cancelled, world.StateOf(job));
    }

    static Guid Run(JobWorld world, JobChange change) =>
        world.TryCreate(new CreateJob { DisplayName = "test", Files = [JobWorld.File("a")], Properties = change, Resume = true }).Value!.Id;
}
