using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Who may see and touch whose jobs, and how many there may be (contract, section 1.1).</summary>
public sealed class JobAccessTests
{
    static readonly Func<JobManager, Haul.Engine.Platform.Caller, Guid, Task<HResult>>[] _operations =
    [
        async (jobs, caller, job) => (await jobs.AddFilesAsync(caller, job, [JobWorld.File("more")])).Code,
        async (jobs, caller, job) => (await jobs.FilesAsync(caller, job)).Code,
        async (jobs, caller, job) => (await jobs.ResumeAsync(caller, job)).Code,
        async (jobs, caller, job) => (await jobs.SuspendAsync(caller, job)).Code,
        async (jobs, caller, job) => (await jobs.ChangeAsync(caller, job, new JobChange { DisplayName = "mine" })).Code,
        async (jobs, caller, job) => (await jobs.SetRemoteNameAsync(caller, job, 0, JobWorld.Url("b"))).Code,
        async (jobs, caller, job) => (await jobs.SetCallbackAsync(caller, job, null)).Code,
        async (jobs, caller, job) => (await jobs.CompleteAsync(caller, job)).Code,
        async (jobs, caller, job) => (await jobs.CancelAsync(caller, job)).Code,
        async (jobs, caller, job) => (await jobs.TakeOwnershipAsync(caller, job)).Code,
        (jobs, caller, job) => Task.FromResult(jobs.Get(caller, job).Code),
    ];

    [Fact]
    public void Another_user_is_refused_every_operation()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferring);

        Assert.All(_operations, operation => Assert.Equal(E_ACCESSDENIED, world.Ask(jobs => operation(jobs, world.Bob, job))));
        Assert.Equal(JobState.Transferring, world.StateOf(job));
        Assert.Equal("test", world.Now(job).DisplayName);
    }

    [Fact]
    public void Another_user_learns_nothing_of_a_final_job_either()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Cancelled);

        Assert.Equal(E_ACCESSDENIED, world.Jobs.Get(world.Bob, job).Code);
        Assert.NotEqual(DO_E_INVALID_STATE, world.Ask(jobs => jobs.ResumeAsync(world.Bob, job)).Code);
    }

    [Fact]
    public void An_administrator_may_touch_every_job()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Suspended);

        Assert.Equal(S_OK, world.Ask(jobs => jobs.ResumeAsync(world.Root, job)).Code);
        Assert.Equal(S_OK, world.Ask(jobs => jobs.CancelAsync(world.Root, job)).Code);
    }

    [Fact]
    public void A_list_holds_one_s_own_jobs_oldest_first_and_all_jobs_for_an_administrator_who_asks()
    {
        using var world = new JobWorld();
        var first = world.Create();
        world.Pass(TimeSpan.FromSeconds(1));
        var second = world.Create();
        world.Pass(TimeSpan.FromSeconds(1));
        var third = world.TryCreate(new CreateJob { DisplayName = "bob's" }, world.Bob).Value!.Id;

        Assert.Equal([first, second], Ids(world.Jobs.List(world.Ann, allUsers: false)));
        Assert.Equal([third], Ids(world.Jobs.List(world.Bob, allUsers: false)));
        Assert.Equal([first, second, third], Ids(world.Jobs.List(world.Root, allUsers: true)));
        Assert.Equal(E_ACCESSDENIED, world.Jobs.List(world.Ann, allUsers: true).Code);
    }

    [Fact]
    public void Taking_a_job_over_needs_an_administrator_and_changes_its_owner()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Suspended);

        Assert.Equal(E_ACCESSDENIED, world.Ask(jobs => jobs.TakeOwnershipAsync(world.Ann, job)).Code);
        Assert.Equal(S_OK, world.Ask(jobs => jobs.TakeOwnershipAsync(world.Root, job)).Code);

        Assert.Equal("root", world.Now(job).Owner.Name);
        Assert.Equal(E_ACCESSDENIED, world.Jobs.Get(world.Ann, job).Code);
    }

    [Fact]
    public void Files_are_touched_as_the_job_s_owner_and_given_to_who_completes()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Run(JobWorld.File("a"));
        var temporary = world.FileOf(job).TemporaryName!;

        world.Ask(jobs => jobs.CompleteAsync(world.Root, job));

        Assert.Equal([world.Ann], world.Disk.CallersOf(DiskCall.Create, temporary));
        Assert.Equal([world.Ann], world.Disk.CallersOf(DiskCall.Place, JobWorld.Local("a")));
        Assert.Equal("root", world.Disk.OwnerOf(JobWorld.Local("a")));
    }

    [Fact]
    public void A_user_may_have_so_many_jobs_that_are_not_final()
    {
        using var world = new JobWorld(new() { JobsPerUserMax = 2 });
        var first = world.Create();
        world.Create();

        Assert.Equal(BG_E_TOO_MANY_JOBS_PER_USER, world.TryCreate(new CreateJob { DisplayName = "third" }).Code);
        Assert.True(world.TryCreate(new CreateJob { DisplayName = "bob's" }, world.Bob).Succeeded);
        world.Ask(jobs => jobs.CancelAsync(world.Ann, first));
        Assert.True(world.TryCreate(new CreateJob { DisplayName = "third" }).Succeeded);
    }

    [Fact]
    public void A_job_may_have_so_many_files()
    {
        using var world = new JobWorld(new() { FilesPerJobMax = 2 });
        var job = world.Create(JobWorld.File("a"));

        Assert.Equal(BG_E_TOO_MANY_FILES_IN_JOB, world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b"), JobWorld.File("c")])).Code);
        Assert.True(world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b")])).Succeeded);
        Assert.Equal(BG_E_TOO_MANY_FILES_IN_JOB, world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("c")])).Code);
    }

    [Fact]
    public void A_file_without_an_id_gets_one_that_no_other_has()
    {
        using var world = new JobWorld();
        var job = world.Create(JobWorld.File("a") with { FileId = "1" }, JobWorld.File("b"), JobWorld.File("c") with { FileId = "2'" }, JobWorld.File("d") with { FileId = "2" });
        world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("e")]));

        var ids = world.Ask(jobs => jobs.FilesAsync(world.Ann, job)).Value!.Select(file => file.FileId).ToArray();

        Assert.Equal(5, ids.Length);
        Assert.Distinct(ids);
    }

    [Fact]
    public void A_file_that_the_caller_could_not_make_is_refused_at_once()
    {
        using var world = new JobWorld();
        world.Disk.Refuses = (call, path) => call == DiskCall.Check && path == JobWorld.Local("b") ? new Failure(E_ACCESSDENIED, "Not yours") : null;
        var job = world.Create(JobWorld.File("a"));

        Assert.Equal(E_ACCESSDENIED, world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b")])).Code);
        Assert.Equal(E_ACCESSDENIED, world.TryCreate(new CreateJob { DisplayName = "new", Files = [JobWorld.File("b")] }).Code);
    }

    static IEnumerable<Guid> Ids(Outcome<IReadOnlyList<JobSnapshot>> jobs) => jobs.Value!.Select(job => job.Id);
}
