using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>What is left of jobs after the agent was killed or asked to end.</summary>
public sealed class JobRestoreTests
{
    [Theory]
    [InlineData(JobState.Suspended, JobState.Suspended)]
    [InlineData(JobState.Queued, JobState.Queued)]
    [InlineData(JobState.Transferring, JobState.Transferring)]
    [InlineData(JobState.TransientError, JobState.Transferring)]
    [InlineData(JobState.Error, JobState.Error)]
    [InlineData(JobState.Transferred, JobState.Transferred)]
    public void A_job_goes_on_where_it_was_when_the_agent_is_killed(JobState before, JobState after)
    {
        using var world = new JobWorld();
        var job = world.JobIn(before);
        var then = world.Now(job);

        world.Crash();

        var now = world.Now(job);
        Assert.Equal(after, now.State);
        Assert.Equal((then.Owner, then.DisplayName, then.Times.Creation, then.Progress.FilesTotal), (now.Owner, now.DisplayName, now.Times.Creation, now.Progress.FilesTotal));
        Assert.Equal(before == JobState.Error, now.Error is not null);
        Assert.Equal(then.ErrorCount, now.ErrorCount);
    }

    [Theory]
    [InlineData(JobState.Acknowledged)]
    [InlineData(JobState.Cancelled)]
    public void A_final_job_is_gone_after_a_restart(JobState state)
    {
        using var world = new JobWorld();
        var job = world.JobIn(state);

        world.Crash();

        Assert.Equal(DO_E_JOB_NOT_FOUND, world.Jobs.Get(world.Ann, job).Code);
    }

    [Fact]
    public void What_was_answered_is_on_record()
    {
        using var world = new JobWorld();
        var job = world.Create(JobWorld.File("a"));
        Assert.Equal(world.Now(job), world.Recorded(job));

        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { Description = "changed" }));
        Assert.Equal(world.Now(job), world.Recorded(job));

        world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b")]));
        Assert.Equal(2U, world.Recorded(job)!.Progress.FilesTotal);
        world.Ask(jobs => jobs.CancelAsync(world.Ann, job));
        Assert.Null(world.Recorded(job));
    }

    [Fact]
    public void Pieces_that_came_before_a_kill_are_not_fetched_again()
    {
        using var world = new JobWorld();
        var content = FakeOrigin.Content((5 << 20) + 3);
        var origin = world.Origin.Serve(JobWorld.Url("a"), content).Stalling(at: (3 << 20) + 500);
        var job = world.Run(JobWorld.File("a"));
        world.Pass(TimeSpan.FromSeconds(3));
        world.Origin.Requests.Clear();

        world.Crash();
        Assert.Equal(3 << 20, world.Origin.Requests.Single().Range!.From);
        Assert.Contains("If-Range: \"v1\"", world.Origin.Requests.Single().Headers, StringComparison.Ordinal);
        world.Go(origin);

        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        Assert.Equal(content, world.Disk.BytesOf(JobWorld.Local("a")));
    }

    [Fact]
    public void Pieces_that_the_disk_lost_after_all_are_fetched_again()
    {
        using var world = new JobWorld();
        var content = FakeOrigin.Content((5 << 20) + 3);
        var origin = world.Origin.Serve(JobWorld.Url("a"), content).Stalling(at: 4 << 20);
        var job = world.Run(JobWorld.File("a"));
        world.Pass(TimeSpan.FromSeconds(3));
        var temporary = world.FileOf(job).TemporaryName!;
        world.Disk.Scribble(temporary, at: (1 << 20) + 7);

        world.LosePower();
        world.Go(origin);

        Assert.Equal(JobState.Transferred, world.StateOf(job));
        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        Assert.Equal(content, world.Disk.BytesOf(JobWorld.Local("a")));
    }

    [Fact]
    public void A_content_that_changed_meanwhile_is_fetched_from_the_start()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var job = world.Run(JobWorld.File("a"));
        world.Pass(TimeSpan.FromSeconds(3));
        (origin.Bytes, origin.ETag, origin.StallsAt) = (FakeOrigin.Content(4 << 20, seed: 2), "\"v2\"", long.MaxValue);

        world.Crash();

        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        Assert.Equal(origin.Bytes, world.Disk.BytesOf(JobWorld.Local("a")));
    }

    [Fact]
    public void Of_a_temporary_file_that_someone_replaced_nothing_is_taken_that_is_not_proved()
    {
        using var world = new JobWorld();
        var content = FakeOrigin.Content(3 << 20);
        var origin = world.Origin.Serve(JobWorld.Url("a"), content).Stalling(at: 2 << 20);
        var job = world.Run(JobWorld.File("a"));
        world.Pass(TimeSpan.FromSeconds(3));
        var temporary = world.FileOf(job).TemporaryName!;
        world.Disk.Put(temporary, new byte[3 << 20]);

        world.Crash();

        world.Go(origin);
        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        Assert.Equal(content, world.Disk.BytesOf(JobWorld.Local("a")));
    }

    [Fact]
    public void A_cancelled_job_whose_files_were_not_removed_yet_is_cleaned_up()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Stalling(at: 500).IsDeaf = true;
        var job = world.Run(JobWorld.File("a"));
        Assert.False(world.Begin(jobs => jobs.CancelAsync(world.Ann, job)).IsCompleted);
        Assert.NotEmpty(world.Disk.Paths);

        world.Crash();

        Assert.Empty(world.Disk.Paths);
        Assert.Null(world.Recorded(job));
    }

    [Fact]
    public void A_file_that_was_placed_before_a_kill_and_not_recorded_is_known_again()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferred);
        var temporary = world.FileOf(job).TemporaryName!;
        Assert.Null(world.Disk.Place(world.Ann, temporary, JobWorld.Local("a"), overwrite: false));

        world.Crash();

        Assert.Equal(S_OK, world.Ask(jobs => jobs.CompleteAsync(world.Ann, job)).Code);
        Assert.Equal([JobWorld.Local("a")], world.Disk.Paths);
    }

    [Fact]
    public void Another_s_file_under_the_local_name_is_not_taken_for_ours()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferred);
        world.Disk.Remove(world.FileOf(job).TemporaryName!);
        world.Disk.Put(JobWorld.Local("a"), [9]);

        Assert.Equal(ERROR_FILE_NOT_FOUND, world.Ask(jobs => jobs.CompleteAsync(world.Ann, job)).Code);
        Assert.Equal(JobState.Transferred, world.StateOf(job));
    }

    [Fact]
    public void A_new_remote_name_is_known_after_a_crash_and_permanent_from_resume_on()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Suspended);
        world.Origin.Serve(JobWorld.Url("b")).Stalling();
        world.Ask(jobs => jobs.SetRemoteNameAsync(world.Ann, job, 0, JobWorld.Url("b")));
        Assert.Equal(JobWorld.Url("b"), world.FileOf(job).RemoteName);

        world.Crash();
        Assert.Equal(JobWorld.Url("b"), world.FileOf(job).RemoteName);

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));
        world.Crash();
        Assert.Equal(JobWorld.Url("b"), world.FileOf(job).RemoteName);
        Assert.All(world.Origin.Requests, request => Assert.Equal(JobWorld.Url("b"), request.Uri.AbsoluteUri));
    }
}
