using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Callbacks of real jobs, as the manager calls them.</summary>
public sealed class JobNotificationsTests
{
    const NotifyFlags All = NotifyFlags.JobTransferred | NotifyFlags.JobError | NotifyFlags.JobModification | NotifyFlags.FileTransferred;

    readonly List<Notification> _heard = [];

    [Fact]
    public void A_job_that_goes_well_tells_its_whole_story()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        var job = Listened(world, All, world.Create(JobWorld.File("a")));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));
        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));

        Assert.Equal([JobState.Transferring, JobState.Transferred, JobState.Acknowledged], _heard.Select(one => one.Job.State).Distinct());
        Assert.Single(_heard, one => one.Kind == NotificationKind.FileTransferred);
        Assert.Single(_heard, one => one.Kind == NotificationKind.JobTransferred);
        Assert.DoesNotContain(_heard, one => one.Kind == NotificationKind.JobError);
        Assert.Equal(Enumerable.Range(1, _heard.Count).Select(i => (long)i), _heard.Select(one => one.Number));
    }

    [Fact]
    public void Bytes_are_told_at_most_once_per_interval()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(100_000)).Stalling(at: 1000);
        var job = Listened(world, NotifyFlags.JobModification, world.Run(JobWorld.File("a")));
        world.Pass(TimeSpan.FromSeconds(2));
        var before = _heard.Count;

        for (var i = 2; i <= 9; i++)
        {
            origin.Go();
            origin.Stalling(at: i * 1000);
            world.Pass(TimeSpan.FromMilliseconds(250));
        }

        Assert.InRange(_heard.Count - before, 2, 3);
        Assert.True(_heard[^1].Job.Progress.BytesTransferred > 5000);
        Assert.Equal(JobState.Transferring, world.StateOf(job));
    }

    [Fact]
    public void A_job_that_fails_tells_so_with_its_error()
    {
        using var world = new JobWorld();
        var job = Listened(world, NotifyFlags.JobError, world.Create(JobWorld.File("a")));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal((NotificationKind.JobError, HResult.FromHttpStatus(404)), (_heard.Single().Kind, _heard.Single().Job.Error!.Code));
    }

    [Fact]
    public void A_callback_may_complete_the_job_from_inside()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Create(JobWorld.File("a"));
        var answers = new List<HResult>();
        world.Ask(jobs => jobs.SetCallbackAsync(world.Ann, job, async (told, _) =>
        {
            _heard.Add(told);
            answers.Add((await world.Jobs.CompleteAsync(world.Ann, job)).Code);
            return S_OK;
        }));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal([S_OK], answers);
        Assert.Equal(NotificationKind.JobTransferred, _heard.Single().Kind);
        Assert.Equal(JobState.Acknowledged, world.StateOf(job));
        Assert.Contains(JobWorld.Local("a"), world.Disk.Paths);
    }

    [Fact]
    public void A_callback_may_resume_the_job_from_inside_and_is_not_told_again_of_what_is_over()
    {
        using var world = new JobWorld();
        var job = world.Create(JobWorld.File("a"));
        world.Ask(jobs => jobs.SetCallbackAsync(world.Ann, job, async (told, _) =>
        {
            _heard.Add(told);
            world.Origin.Serve(JobWorld.Url("a")).Stalling();
            await world.Jobs.ResumeAsync(world.Ann, job);
            return E_FAIL;
        }));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));
        world.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(NotificationKind.JobError, _heard.Single().Kind);
        Assert.Equal(JobState.Transferring, world.StateOf(job));
    }

    [Fact]
    public void A_callback_that_never_returns_holds_up_nothing()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Create(JobWorld.File("a"));
        var never = new TaskCompletionSource<HResult>();
        world.Ask(jobs => jobs.SetCallbackAsync(world.Ann, job, (_, _) => never.Task));
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { NotifyFlags = All }));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal(S_OK, world.Ask(jobs => jobs.CompleteAsync(world.Ann, job)).Code);
        Assert.True(world.Stop().IsCompletedSuccessfully);
    }

    [Fact]
    public void A_state_that_was_told_was_on_record_before()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var job = world.Create(JobWorld.File("a"));
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { NotifyFlags = All }));
        var agreed = new List<bool>();
        world.Ask(jobs => jobs.SetCallbackAsync(world.Ann, job, (told, _) =>
        {
            agreed.Add(world.Recorded(job)!.State == told.Job.State);
            return Task.FromResult(S_OK);
        }));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.NotEmpty(agreed);
        Assert.DoesNotContain(false, agreed);
    }

    Guid Listened(JobWorld world, NotifyFlags flags, Guid job)
    {
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { NotifyFlags = flags }));
        world.Ask(jobs => jobs.SetCallbackAsync(world.Ann, job, Listen));
        return job;
    }

    Task<HResult> Listen(Notification told, CancellationToken gone)
    {
        _heard.Add(told);
        return Task.FromResult(S_OK);
    }
}
