using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>The manager's loop: its beginning, its end, and what it answers in between.</summary>
public sealed class JobManagerTests
{
    [Fact]
    public void A_new_job_is_suspended_with_the_contract_s_defaults()
    {
        using var world = new JobWorld();

        var job = world.TryCreate(new CreateJob { DisplayName = "A name" }).Value!;

        Assert.Equal(("A name", "", JobState.Suspended, JobPriority.Normal, JobType.Download), (job.DisplayName, job.Description, job.State, job.Priority, job.Type));
        Assert.Equal((NotifyFlags.JobTransferred | NotifyFlags.JobError, 86400U, 0U, 0x800000FFU), (job.NotifyFlags, job.NoProgressTimeoutSeconds, job.MinimumRetryDelaySeconds, job.CostFlags));
        Assert.Equal((0U, null, null), (job.ErrorCount, job.Error, job.NotificationClsid));
        Assert.Equal(new JobProgress(0, 0, 0, 0), job.Progress);
        Assert.Equal(new JobTimes(world.Time.GetUtcNow(), world.Time.GetUtcNow(), null), job.Times);
    }

    [Fact]
    public void Uploads_are_refused()
    {
        using var world = new JobWorld();

        Assert.Equal(E_NOTIMPL, world.TryCreate(new CreateJob { DisplayName = "x", Type = JobType.Upload }).Code);
        Assert.Equal(E_NOTIMPL, world.TryCreate(new CreateJob { DisplayName = "x", Type = JobType.UploadReply }).Code);
    }

    [Fact]
    public void Properties_are_set_where_given_and_left_where_not()
    {
        using var world = new JobWorld();
        var clsid = Guid.NewGuid();
        var job = world.Create();
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { Description = "text", CostFlags = 7, NotificationClsid = clsid }));
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = "other" }));

        var now = world.Now(job);
        Assert.Equal(("other", "text", 7U, clsid), (now.DisplayName, now.Description, now.CostFlags, now.NotificationClsid));

        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { NotificationClsid = Guid.Empty }));
        Assert.Null(world.Now(job).NotificationClsid);
    }

    [Fact]
    public void Modification_time_moves_with_every_change_and_completion_time_is_set_at_transferred()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Stalling(at: 10);
        world.Origin.Serve(JobWorld.Url("b"));
        var job = world.Create(JobWorld.File("a"));
        void AssertModifiedNow() => Assert.Equal(world.Time.GetUtcNow(), world.Now(job).Times.Modification);

        foreach (var change in new Action[]
        {
            () => world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { DisplayName = "x" })),
            () => world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b")])),
            () => world.Ask(jobs => jobs.ResumeAsync(world.Ann, job)),
            () => world.Ask(jobs => jobs.SuspendAsync(world.Ann, job)),
        })
        {
            world.Pass(TimeSpan.FromSeconds(1));
            change();
            AssertModifiedNow();
        }

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));
        world.Pass(TimeSpan.FromSeconds(7));
        Assert.Null(world.Now(job).Times.TransferCompletion);
        world.Go(origin);
        Assert.Equal(world.Time.GetUtcNow(), world.Now(job).Times.TransferCompletion);
    }

    [Fact]
    public void Bytes_total_is_unknown_until_every_size_is_known()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var job = world.Create(JobWorld.File("a"), JobWorld.File("b") with { FileSize = 50 }, JobWorld.File("c") with { Ranges = [new(0, 20), new(30, 5)] });
        Assert.Equal(ByteRange.UnknownSize, world.Now(job).Progress.BytesTotal);
        world.Policy = world.Policy with { TransfersMax = 1 };

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal(1075UL, world.Now(job).Progress.BytesTotal);
    }

    [Fact]
    public void Progress_is_read_as_it_is_now()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Stalling(at: 100);
        var job = world.Run(JobWorld.File("a"));
        Assert.Equal(100UL, world.Now(job).Progress.BytesTransferred);

        origin.Go();
        origin.Stalling(at: 700);
        world.Ask(jobs => jobs.FilesAsync(world.Ann, job));

        Assert.Equal(700UL, world.Now(job).Progress.BytesTransferred);
        Assert.Equal(700UL, world.FileOf(job).BytesTransferred);
    }

    [Fact]
    public void At_the_end_every_transfer_has_stopped_and_none_begins()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        world.Origin.Serve(JobWorld.Url("b"));
        world.Policy = world.Policy with { TransfersMax = 1 };
        var job = world.Run(JobWorld.File("a"), JobWorld.File("b"));
        var requests = world.Origin.Requests.Count;

        Assert.True(world.Stop().IsCompletedSuccessfully);

        Assert.Equal(requests, world.Origin.Requests.Count);
        Assert.Equal((0, 0), (world.Disk.OpenHandles, world.Origin.OpenBodies));
        Assert.Equal(2UL << 20, world.Recorded(job)!.Progress.BytesTransferred);
    }

    [Fact]
    public void After_the_end_every_call_says_that_nobody_is_there()
    {
        using var world = new JobWorld();
        var job = world.Create();
        world.Stop();

        Assert.Equal(DO_E_NO_SERVICE, world.Ask(jobs => jobs.ResumeAsync(world.Ann, job)).Code);
        Assert.Equal(DO_E_NO_SERVICE, world.Ask(jobs => jobs.CancelAsync(world.Ann, job)).Code);
        Assert.Equal(DO_E_NO_SERVICE, world.TryCreate(new CreateJob { DisplayName = "x" }).Code);
    }

    [Fact]
    public void However_many_calls_wait_at_the_end_each_is_answered()
    {
        using var world = new JobWorld();
        var job = world.Create();
        var answers = new List<Task<Outcome<JobReply>>>();
        world.BeginTogether(jobs =>
        {
            for (var i = 0; i < 2000; i++)
                answers.Add(jobs.ChangeAsync(world.Ann, job, new JobChange { Description = $"{i}" }));
            world.Stop();
        });

        Assert.All(answers, answer => Assert.True(answer.IsCompletedSuccessfully));
        Assert.True(world.Running.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_complete_that_is_at_work_is_waited_for_at_the_end()
    {
        using var world = new JobWorld(workers: new Workers(onTheSpot: false));
        world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Run(JobWorld.File("a"));
        world.RunUntil(() => world.StateOf(job) == JobState.Transferred);
        using var placing = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        world.Disk.Refuses = (call, _) =>
        {
            if (call == DiskCall.Place)
            {
                placing.Set();
                go.Wait(TimeSpan.FromSeconds(30));
            }
            return null;
        };
        var answer = world.Begin(jobs => jobs.CompleteAsync(world.Ann, job));
        placing.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        _ = world.Stop();
        Assert.False(world.Running.IsCompleted);
        go.Set();
        world.RunUntil(() => world.Running.IsCompleted && answer.IsCompleted);

        Assert.Equal(S_OK, (await answer).Code);
        Assert.Null(world.Recorded(job));
    }
}
