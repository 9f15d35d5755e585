using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Each operation on a real job in each state (contract, section 10.1), through the manager.</summary>
public sealed class JobOperationsTests
{
    // "=": S_OK and unchanged; a state: S_OK and that state; "~" before it: BG_S_PARTIAL_COMPLETE; INV: DO_E_INVALID_STATE, unchanged.
    const string Cells = """
        state           AddFiles  Resume        Suspend    Cancel     Complete       Flags  Timeout  Priority  Name  SetRemoteName  SetCallback  TakeOwnership
        Suspended       =         Transferring  =          Cancelled  ~Acknowledged  =      =        =         =     =              =            =
        Queued          =         =             Suspended  Cancelled  ~Acknowledged  =      =        =         =     =              =            =
        Transferring    =         =             Suspended  Cancelled  ~Acknowledged  =      =        =         =     =              =            =
        TransientError  =         Transferring  Suspended  Cancelled  ~Acknowledged  =      =        =         =     =              =            =
        Error           =         Transferring  =          Cancelled  ~Acknowledged  =      =        =         =     =              =            =
        Transferred     =         =             =          Cancelled  Acknowledged   =      =        =         =     =              =            =
        Acknowledged    INV       INV           INV        INV        INV            INV    INV      INV       INV   INV            INV          INV
        Cancelled       INV       INV           INV        INV        INV            INV    INV      INV       INV   INV            INV          INV
        """;

    public static TheoryData<JobState, string, string> AllCells()
    {
        string[][] rows = [.. Cells.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        var data = new TheoryData<JobState, string, string>();
        foreach (var row in rows.Skip(1))
        {
            for (var column = 1; column < row.Length; column++)
                data.Add(Enum.Parse<JobState>(row[0]), rows[0][column], row[column]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(AllCells))]
    public void An_operation_answers_and_leads_where_the_contract_says(JobState state, string operation, string expected)
    {
        using var world = new JobWorld();
        var job = world.JobIn(state);

        var code = Call(world, job, operation);

        Assert.Equal(expected switch { "INV" => DO_E_INVALID_STATE, ['~', ..] => BG_S_PARTIAL_COMPLETE, _ => S_OK }, code);
        Assert.Equal(expected is "INV" or "=" ? state : Enum.Parse<JobState>(expected.TrimStart('~')), world.StateOf(job));
    }

    [Theory]
    [InlineData(JobState.Suspended, false)]
    [InlineData(JobState.Queued, false)]
    [InlineData(JobState.Transferring, false)]
    [InlineData(JobState.TransientError, true)]
    [InlineData(JobState.Error, true)]
    [InlineData(JobState.Transferred, false)]
    [InlineData(JobState.Acknowledged, false)]
    [InlineData(JobState.Cancelled, false)]
    public void Getters_answer_in_every_state_and_an_error_is_there_in_the_two_error_states(JobState state, bool hasError)
    {
        using var world = new JobWorld();
        var job = world.JobIn(state);

        var read = world.Jobs.Get(world.Ann, job);
        var files = world.Ask(jobs => jobs.FilesAsync(world.Ann, job));

        Assert.True(read.Succeeded);
        Assert.Equal(state, read.Value.State);
        Assert.Equal(hasError, read.Value.Error is not null);
        Assert.True(files.Succeeded, files.Failure?.ToString());
        Assert.Equal("a", files.Value.Single().LocalName.Split('/', '\\')[^1]);
    }

    [Theory]
    [InlineData(JobState.Suspended, true)]
    [InlineData(JobState.Error, true)]
    [InlineData(JobState.Transferred, true)]
    [InlineData(JobState.Acknowledged, false)]
    [InlineData(JobState.Cancelled, false)]
    public void A_final_job_is_not_listed_any_more(JobState state, bool isListed)
    {
        using var world = new JobWorld();
        var job = world.JobIn(state);

        Assert.Equal(isListed, world.Jobs.List(world.Ann, allUsers: false).Value!.Any(one => one.Id == job));
    }

    [Fact]
    public void Resume_waits_in_the_queue_where_no_slot_is_free()
    {
        using var world = new JobWorld(new() { TransfersMax = 0 });
        world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var job = world.Create(JobWorld.File("a"));

        var reply = world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal(JobState.Queued, reply.Value!.Job.State);
        Assert.Equal(JobState.Queued, world.StateOf(job));
    }

    [Fact]
    public void Resume_of_a_job_without_files_is_refused()
    {
        using var world = new JobWorld();
        var job = world.Create();

        Assert.Equal(DO_E_JOB_EMPTY, world.Ask(jobs => jobs.ResumeAsync(world.Ann, job)).Code);
        Assert.Equal(JobState.Suspended, world.StateOf(job));
    }

    [Fact]
    public void Resume_fetches_the_files_that_were_added_to_a_transferred_job()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferred);
        var more = world.Origin.Serve(JobWorld.Url("b"));
        world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b")]));
        more.Stalling();

        Assert.Equal(S_OK, world.Ask(jobs => jobs.ResumeAsync(world.Ann, job)).Code);
        Assert.Equal(JobState.Transferring, world.StateOf(job));
        world.Go(more);
        Assert.Equal(JobState.Transferred, world.StateOf(job));
    }

    [Fact]
    public void A_job_that_cannot_be_resumed_as_asked_is_not_made()
    {
        using var world = new JobWorld();

        Assert.Equal(DO_E_JOB_EMPTY, world.TryCreate(new CreateJob { DisplayName = "empty", Resume = true }).Code);
        Assert.Empty(world.Jobs.List(world.Root, allUsers: true).Value!);
    }

    [Fact]
    public void A_refused_file_refuses_the_whole_call()
    {
        using var world = new JobWorld();
        var job = world.Create(JobWorld.File("a"));

        var sameName = world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b"), JobWorld.File("a")]));
        var sameId = world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("c") with { FileId = "x" }, JobWorld.File("d") with { FileId = "x" }]));

        Assert.Equal([E_INVALIDARG, E_INVALIDARG], [sameName.Code, sameId.Code]);
        Assert.Single(world.Ask(jobs => jobs.FilesAsync(world.Ann, job)).Value!);
    }

    [Fact]
    public void Suspend_keeps_what_came_and_resume_goes_on_from_there()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var job = world.Run(JobWorld.File("a"));

        world.Ask(jobs => jobs.SuspendAsync(world.Ann, job));
        Assert.Equal(2UL << 20, world.Now(job).Progress.BytesTransferred);
        origin.Go();
        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal(JobState.Transferred, world.StateOf(job));
        Assert.Equal([0L, 2 << 20], world.Origin.Requests.Select(request => request.Range!.From!.Value));
    }

    [Fact]
    public void Cancel_removes_the_temporary_files()
    {
        using var world = new JobWorld();
        var job = world.JobIn(JobState.Transferring);
        Assert.NotEmpty(world.Disk.Paths);

        Assert.Equal(S_OK, world.Ask(jobs => jobs.CancelAsync(world.Ann, job)).Value!.Code);

        Assert.Empty(world.Disk.Paths);
        Assert.Equal((0, 0), (world.Disk.OpenHandles, world.Origin.OpenBodies));
    }

    [Fact]
    public void An_id_that_nobody_has_is_not_found()
    {
        using var world = new JobWorld();

        Assert.Equal(DO_E_JOB_NOT_FOUND, world.Jobs.Get(world.Ann, Guid.NewGuid()).Code);
        Assert.Equal(DO_E_JOB_NOT_FOUND, world.Ask(jobs => jobs.CancelAsync(world.Ann, Guid.NewGuid())).Code);
    }

    static HResult Call(JobWorld world, Guid job, string operation) => operation switch
    {
        "AddFiles" => world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("a") with { LocalName = JobWorld.Local("more") }])).Code,
        "Resume" => Code(world, jobs => jobs.ResumeAsync(world.Ann, job)),
        "Suspend" => Code(world, jobs => jobs.SuspendAsync(world.Ann, job)),
        "Cancel" => Code(world, jobs => jobs.CancelAsync(world.Ann, job)),
        "Complete" => Code(world, jobs => jobs.CompleteAsync(world.Ann, job)),
        "Flags" => Code(world, jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { NotifyFlags = NotifyFlags.JobError })),
        "Timeout" => Code(world, jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { NoProgressTimeoutSeconds = 60 })),
        "Priority" => Code(world, jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { Priority = JobPriority.Foreground })),
        "Name" => Code(world, jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = "other" })),
        "SetRemoteName" => Code(world, jobs => jobs.SetRemoteNameAsync(world.Ann, job, 0, JobWorld.Url("other"))),
        "SetCallback" => Code(world, jobs => jobs.SetCallbackAsync(world.Ann, job, (_, _) => Task.FromResult(S_OK))),
        "TakeOwnership" => Code(world, jobs => jobs.TakeOwnershipAsync(world.Root, job)),
        _ => throw new ArgumentException(operation, nameof(operation)),
    };

    // A refusal has a text for people as well.
    static HResult Code(JobWorld world, Func<JobManager, Task<Outcome<JobReply>>> what)
    {
        var outcome = world.Ask(what);
        Assert.NotEqual("", outcome.Failure?.Text);
        return outcome.Succeeded ? outcome.Value.Code : outcome.Code;
    }
}
