using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>How jobs go on by themselves: through waiting, failing, trying again.</summary>
public sealed class JobRunsTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_recoverable_error_is_tried_again_until_it_is_gone()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Refusing(503);
        var job = world.Run(JobWorld.File("a"));
        Assert.Equal(JobState.TransientError, world.StateOf(job));
        Assert.Equal(HResult.FromHttpStatus(503), world.Now(job).Error!.Code);
        Assert.InRange(world.Now(job).Error!.RetryAt!.Value - world.Time.GetUtcNow(), _second, 1.25 * _second);

        world.Pass(10 * _second);
        Assert.InRange(world.Origin.Requests.Count, 3, 4);
        origin.Status = null;
        world.Pass(20 * _second);

        Assert.Equal(JobState.Transferred, world.StateOf(job));
        Assert.Null(world.Now(job).Error);
    }

    [Fact]
    public void A_job_that_goes_from_one_file_to_the_next_is_not_queued_between_them()
    {
        using var world = new JobWorld(new Policy { TransfersMax = 1 });
        string[] names = ["a", "b", "c", "d"];
        foreach (var name in names)
            world.Origin.Serve(JobWorld.Url(name));

        var job = world.Run([.. names.Select(JobWorld.File)]);

        var states = world.Jobs.Events.Since(0, out _)!.Where(one => one.Job.Id == job && one.Kind == JobEventKind.State).Select(one => one.Job.State);
        Assert.Equal([JobState.Transferred], states);
    }

    [Fact]
    public void Errors_are_counted_once_per_fall_from_transferring()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Refusing(503);
        var job = world.Run(JobWorld.File("a"));
        Assert.Equal(1U, world.Now(job).ErrorCount);

        world.Pass(2 * _second);

        Assert.Equal((uint)world.Origin.Requests.Count, world.Now(job).ErrorCount);
    }

    [Fact]
    public void The_job_s_least_retry_delay_is_kept()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Refusing(500);
        var job = world.Create(JobWorld.File("a"));
        world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { MinimumRetryDelaySeconds = 120 }));
        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        world.Pass(119 * _second, _second);
        Assert.Single(world.Origin.Requests);
        world.Pass(2 * _second, _second);
        Assert.Equal(2, world.Origin.Requests.Count);
    }

    [Fact]
    public void A_least_retry_delay_below_5_seconds_is_raised_and_0_means_the_agent_s_own()
    {
        using var world = new JobWorld();
        var job = world.Create();

        uint Set(uint seconds) => world.Ask(jobs => jobs.ChangeAsync(world.Ann, job, new JobChange { MinimumRetryDelaySeconds = seconds })).Value!.Job.MinimumRetryDelaySeconds;

        Assert.Equal([5U, 5U, 6U, 0U], [Set(1), Set(5), Set(6), Set(0)]);
    }

    [Fact]
    public void The_server_s_wish_to_be_left_alone_is_kept()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Refusing(503).RetryAfter = 300 * _second;
        world.Run(JobWorld.File("a"));

        world.Pass(299 * _second, _second);
        Assert.Single(world.Origin.Requests);
        world.Pass(2 * _second, _second);
        Assert.Equal(2, world.Origin.Requests.Count);
    }

    [Theory]
    [InlineData(403, ErrorContext.RemoteFile)]
    [InlineData(404, ErrorContext.None)]
    [InlineData(401, ErrorContext.None)]
    public void Only_a_403_is_an_error_of_the_remote_file(int status, ErrorContext context)
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("a")).Refusing(status);
        var error = world.Now(world.Run(JobWorld.File("a"))).Error!;

        Assert.Equal((context, HResult.FromHttpStatus(status), 0), (error.Context, error.Code, error.FileIndex));
    }

    [Fact]
    public void A_fatal_error_of_one_file_stops_the_others_of_its_job_and_of_no_other()
    {
        using var world = new JobWorld();
        world.Origin.Serve(JobWorld.Url("slow")).Stalling();
        var other = world.Run(JobWorld.File("slow") with { LocalName = JobWorld.Local("other") });
        var job = world.Run(JobWorld.File("slow"), JobWorld.File("missing"));

        Assert.Equal(JobState.Error, world.StateOf(job));
        Assert.Equal(1, world.Now(job).Error!.FileIndex);
        Assert.Equal(JobState.Transferring, world.StateOf(other));
        Assert.Equal((1, 1), (world.Disk.OpenHandles, world.Origin.OpenBodies));
    }

    [Fact]
    public void A_way_that_cannot_be_opened_is_an_error()
    {
        using var world = new JobWorld { NoWay = new Failure(BG_E_INVALID_PROXY_INFO, "The proxy is no URL") };
        world.Origin.Serve(JobWorld.Url("a"));

        var job = world.Run(JobWorld.File("a"));

        Assert.Equal((JobState.Error, BG_E_INVALID_PROXY_INFO), (world.StateOf(job), world.Now(job).Error!.Code));
    }

    [Fact]
    public void A_file_that_came_in_the_moment_of_suspend_is_not_waited_for_after_resume()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var job = world.Run(JobWorld.File("a"));
        origin.Go();
        world.Ask(jobs => jobs.SuspendAsync(world.Ann, job));
        Assert.Equal(1U, world.Now(job).Progress.FilesTransferred);
        Assert.Equal(JobState.Suspended, world.StateOf(job));

        world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));

        Assert.Equal(JobState.Transferred, world.StateOf(job));
        Assert.NotNull(world.Now(job).Times.TransferCompletion);
    }

    [Fact]
    public void A_file_added_to_a_job_that_waits_for_a_retry_comes_with_it()
    {
        using var world = new JobWorld();
        var origin = world.Origin.Serve(JobWorld.Url("a")).Refusing(503);
        world.Origin.Serve(JobWorld.Url("b"));
        var job = world.Run(JobWorld.File("a"));
        world.Ask(jobs => jobs.AddFilesAsync(world.Ann, job, [JobWorld.File("b")]));
        Assert.Equal(JobState.TransientError, world.StateOf(job));

        origin.Status = null;
        world.Pass(5 * _second);

        Assert.Equal(JobState.Transferred, world.StateOf(job));
    }

    [Fact]
    public void A_foreground_job_takes_the_connection_of_a_background_job_and_gives_it_back()
    {
        using var world = new JobWorld(new() { OriginConnectionsMax = 1 });
        var background = world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 1 << 20);
        var first = world.Run(JobWorld.File("a"));
        var foreground = world.Origin.Serve(JobWorld.Url("b")).Stalling();
        var second = world.TryCreate(new CreateJob { DisplayName = "now", Files = [JobWorld.File("b")], Properties = new JobChange { Priority = JobPriority.Foreground }, Resume = true }).Value!.Id;

        Assert.Equal((JobState.Queued, JobState.Transferring), (world.StateOf(first), world.StateOf(second)));
        background.Go();
        world.Go(foreground);

        Assert.Equal((JobState.Transferred, JobState.Transferred), (world.StateOf(first), world.StateOf(second)));
    }

    [Fact]
    public void A_job_whose_priority_was_raised_goes_first()
    {
        using var world = new JobWorld(new() { TransfersMax = 1 });
        var running = world.Origin.Serve(JobWorld.Url("a")).Stalling();
        foreach (var name in new[] { "b", "c" })
            world.Origin.Serve(JobWorld.Url(name)).Stalling();
        world.Run(JobWorld.File("a"));
        var second = world.Run(JobWorld.File("b"));
        var third = world.Run(JobWorld.File("c"));

        world.Ask(jobs => jobs.ChangeAsync(world.Ann, third, new JobChange { Priority = JobPriority.Foreground }));
        world.Go(running);

        Assert.Equal((JobState.Queued, JobState.Transferring), (world.StateOf(second), world.StateOf(third)));
    }

    [Fact]
    public void User_information_in_a_url_is_shown_to_nobody_and_counts_as_the_same_host()
    {
        using var world = new JobWorld(new() { OriginConnectionsMax = 1 });
        world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var first = world.Run(JobWorld.File("a") with { RemoteName = "http://ann:secret@origin.test/a" });
        var second = world.Run(JobWorld.File("a") with { RemoteName = "http://bob:secret@origin.test/a", LocalName = JobWorld.Local("b") });

        Assert.Equal((JobState.Transferring, JobState.Queued), (world.StateOf(first), world.StateOf(second)));
        Assert.DoesNotContain("secret", world.FileOf(first).RemoteName, StringComparison.Ordinal);
        Assert.Equal("", world.Origin.Requests.Single().Uri.UserInfo);
        Assert.Contains($"Basic {Convert.ToBase64String("ann:secret"u8)}", world.Origin.Requests.Single().Headers, StringComparison.Ordinal);
    }
}
