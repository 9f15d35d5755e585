using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Complete and Cancel, and what they leave on the disk (contract, section 6.2).</summary>
public sealed class JobEndingTests
{
    static readonly Failure _refusal = new(E_ACCESSDENIED, "The directory is not yours any more");

    [Fact]
    public void Complete_puts_every_file_under_its_name()
    {
        using var world = new JobWorld();
        var (a, b) = (FakeOrigin.Content(3_000_000, 1), FakeOrigin.Content(10, 2));
        world.Origin.Serve(JobWorld.Url("a"), a);
        world.Origin.Serve(JobWorld.Url("b"), b);
        var job = world.Run(JobWorld.File("a"), JobWorld.File("b"));

        var reply = world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal((S_OK, JobState.Acknowledged), (reply.Value!.Code, reply.Value.Job.State));
        Assert.Equal([JobWorld.Local("a"), JobWorld.Local("b")], world.Disk.Paths);
        Assert.Equal(a, world.Disk.BytesOf(JobWorld.Local("a")));
        Assert.Equal(b, world.Disk.BytesOf(JobWorld.Local("b")));
        Assert.Equal((0, 0), (world.Disk.OpenHandles, world.Origin.OpenBodies));
    }

    [Fact]
    public void A_part_is_kept_when_only_a_part_is_finished()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        world.Origin.Serve(JobWorld.Url("b")).Stalling(at: 500);
        world.Origin.Serve(JobWorld.Url("c"));
        var job = world.Run(JobWorld.File("a"), JobWorld.File("b"), JobWorld.File("c"));

        var reply = world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal((BG_S_PARTIAL_COMPLETE, JobState.Acknowledged), (reply.Value!.Code, reply.Value.Job.State));
        Assert.Equal([JobWorld.Local("a"), JobWorld.Local("c")], world.Disk.Paths);
    }

    [Fact]
    public void A_file_tells_whether_it_stands_in_its_place_after_the_end_too()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        world.Origin.Serve(JobWorld.Url("b")).Stalling();
        var job = world.Run(JobWorld.File("a"), JobWorld.File("b"));

        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal((true, false), (world.FileOf(job, 0).IsCompleted, world.FileOf(job, 1).IsCompleted));
    }

    [Theory]
    [InlineData(JobState.Suspended)]
    [InlineData(JobState.Transferred)]
    public void A_file_that_cannot_be_placed_leaves_the_job_as_it_was(JobState state)
    {
        using var world = new JobWorld();
        var job = TwoFiles(world, state);
        world.Disk.Refuses = (call, path) => call == DiskCall.Place && path == JobWorld.Local("b") ? _refusal : null;

        var reply = world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal(E_ACCESSDENIED, reply.Code);
        Assert.Equal(state, world.StateOf(job));
        Assert.Equal((true, false), (world.FileOf(job, 0).IsCompleted, world.FileOf(job, 1).IsCompleted));
        Assert.Contains(JobWorld.Local("a"), world.Disk.Paths);
    }

    [Fact]
    public void A_second_complete_places_what_the_first_could_not()
    {
        using var world = new JobWorld();
        var job = TwoFiles(world, JobState.Transferred);
        world.Disk.Refuses = (call, path) => call == DiskCall.Place && path == JobWorld.Local("b") ? _refusal : null;
        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        world.Disk.Refuses = (_, _) => null;

        var reply = world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal(S_OK, reply.Value!.Code);
        Assert.Equal([JobWorld.Local("a"), JobWorld.Local("b")], world.Disk.Paths);
    }

    [Fact]
    public void A_cancel_after_a_failed_complete_keeps_what_was_placed()
    {
        using var world = new JobWorld();
        var job = TwoFiles(world, JobState.Transferred);
        world.Disk.Refuses = (call, path) => call == DiskCall.Place && path == JobWorld.Local("b") ? _refusal : null;
        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal(S_OK, world.Ask(jobs => jobs.CancelAsync(world.Ann, job)).Value!.Code);

        Assert.Equal([JobWorld.Local("a")], world.Disk.Paths);
    }

    [Fact]
    public void A_file_that_appeared_meanwhile_is_not_replaced_unless_that_was_asked_for()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"), [1]);
        world.Origin.Serve(JobWorld.Url("b"), [2]);
        var careful = world.Run(JobWorld.File("a"));
        var bold = world.Run(JobWorld.File("b") with { Overwrite = true });
        world.Disk.Put(JobWorld.Local("a"), [9]);
        world.Disk.Put(JobWorld.Local("b"), [9]);

        Assert.Equal(ERROR_FILE_EXISTS, world.Ask(jobs => jobs.CompleteAsync(world.Ann, careful)).Code);
        Assert.Equal(S_OK, world.Ask(jobs => jobs.CompleteAsync(world.Ann, bold)).Code);

        Assert.Equal([9], world.Disk.BytesOf(JobWorld.Local("a")));
        Assert.Equal([2], world.Disk.BytesOf(JobWorld.Local("b")));
    }

    [Fact]
    public void A_failed_complete_of_a_job_under_way_lets_it_go_on()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        var slow = world.Origin.Serve(JobWorld.Url("b")).Stalling(at: 500);
        var job = world.Run(JobWorld.File("a"), JobWorld.File("b"));
        world.Disk.Refuses = (call, _) => call == DiskCall.Place ? _refusal : null;

        Assert.Equal(E_ACCESSDENIED, world.Ask(jobs => jobs.CompleteAsync(world.Ann, job)).Code);
        Assert.Equal(JobState.Transferring, world.StateOf(job));
        world.Go(slow);

        Assert.Equal(JobState.Transferred, world.StateOf(job));
    }

    [Fact]
    public void A_failed_complete_leaves_the_job_to_its_owner()
    {
        using var world = new JobWorld();
        var job = TwoFiles(world, JobState.Transferred);
        world.Disk.Refuses = (call, _) => call == DiskCall.Place ? _refusal : null;

        world.Ask(jobs => jobs.CompleteAsync(world.Root, job));

        Assert.Equal("ann", world.Now(job).Owner.Name);
        Assert.True(world.Jobs.Get(world.Ann, job).Succeeded);
    }

    [Fact]
    public void Temporary_files_that_cannot_be_removed_are_told_by_the_code()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferring);
        world.Disk.Refuses = (call, _) => call == DiskCall.Delete ? _refusal : null;

        var reply = world.Ask(jobs => jobs.CancelAsync(world.Ann, job));

        Assert.Equal((BG_S_UNABLE_TO_DELETE_FILES, JobState.Cancelled), (reply.Value!.Code, reply.Value.Job.State));
    }

    [Fact]
    public void A_temporary_file_that_someone_put_in_place_of_ours_is_left_alone()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferring);
        var temporary = world.FileOf(job).TemporaryName!;
        world.Disk.Put(temporary, [9]);

        world.Ask(jobs => jobs.CancelAsync(world.Ann, job));

        Assert.Equal([9], world.Disk.BytesOf(temporary));
    }

    [Fact]
    public void Files_are_flushed_before_they_are_placed_where_the_policy_says_so()
    {
        using var world = new JobWorld(new() { FlushBeforePlace = true });
        world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Run(JobWorld.File("a"));
        var calls = new List<DiskCall>();
        world.Disk.Refuses = (call, _) =>
        {
            calls.Add(call);
            return null;
        };

        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal([DiskCall.Open, DiskCall.Flush, DiskCall.Place], calls);
        Assert.Equal(0, world.Disk.OpenHandles);
    }

    [Fact]
    public void A_second_complete_while_the_first_is_at_work_gets_the_same_answer_and_a_cancel_is_refused()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Run(JobWorld.File("a"));
        var codes = new List<HResult>();

        world.BeginTogether(
            async jobs => codes.Add((await jobs.CompleteAsync(world.Ann, job)).Code),
            async jobs => codes.Add((await jobs.CompleteAsync(world.Ann, job)).Code),
            async jobs => codes.Add((await jobs.CancelAsync(world.Ann, job)).Code),
            async jobs => codes.Add((await jobs.SuspendAsync(world.Ann, job)).Code));

        Assert.Equal([DO_E_INVALID_STATE, DO_E_INVALID_STATE, S_OK, S_OK], codes.OrderBy(code => code.Value));
    }

    // "a" and "b" are both here, whatever the state of the job.
    static Guid TwoFiles(JobWorld world, JobState state)
    {
        world.Origin.Serve(JobWorld.Url("a"));
        world.Origin.Serve(JobWorld.Url("b"));
        var job = world.Run(JobWorld.File("a"), JobWorld.File("b"));
        if (state != JobState.Suspended)
            return job;
        world.Origin.Serve(JobWorld.Url("c")).Stalling();
        world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("c")]));
        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));
        world.Ask(jobs => jobs.SuspendAsync(world.Ann, job));
        Assert.Equal(JobState.Suspended, world.StateOf(job));
        return job;
    }
}
