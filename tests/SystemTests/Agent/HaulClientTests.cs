using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>The library does the same with an agent and with an engine in the process.</summary>
public sealed class HaulClientTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_goes_its_whole_way(bool isInProcess)
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        var content = new TestContent(1, 2_000_000);
        origin.Serve("/a", content);
        await using var client = await OpenAsync(rig, isInProcess);
        Assert.Equal(isInProcess, client.IsInProcess);

        var job = await client.CreateJobAsync("whole", Cancel);
        var file = await job.AddFileAsync(new AddFile { RemoteName = "http://localhost:9/none", LocalName = rig.Target() }, Cancel);
        await job.SetRemoteNameAsync(file.Index, origin.UrlOf("/a").AbsoluteUri, Cancel);
        await job.ChangeAsync(new JobChange { Description = "x" }, Cancel);
        Assert.Equal("x", job.Snapshot.Description);
        Assert.Equal(job.Id, (await client.ListJobsAsync(cancel: Cancel)).Single().Id);
        Assert.Equal(S_OK, await job.ResumeAsync(Cancel));
        var states = new List<JobState>();
        await foreach (var happened in client.WatchAsync(job.Id, Cancel))
        {
            states.Add(happened.Job.State);
            if (happened.Job.State == JobState.Transferred)
                Assert.Equal(S_OK, await job.CompleteAsync(Cancel));
        }

        // The sequence of one job ends with its end.
        Assert.Equal(JobState.Acknowledged, states[^1]);
        Assert.Equal(JobState.Acknowledged, job.Snapshot.State);
        Assert.Equal(content.Bytes(0, content.Length), File.ReadAllBytes(rig.Target()));
        Assert.Empty(await client.ListJobsAsync(cancel: Cancel));
        Assert.Equal(JobState.Acknowledged, (await client.GetJobAsync(job.Id, Cancel)).Snapshot.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_goes_wrong_has_its_code(bool isInProcess)
    {
        await using var rig = await AgentRig.StartAsync();
        await using var client = await OpenAsync(rig, isInProcess);
        var job = await client.CreateJobAsync("a", Cancel);

        await FailsAsync(DO_E_JOB_EMPTY, () => job.ResumeAsync(Cancel));
        await FailsAsync(E_INVALIDARG, () => job.AddFileAsync(new AddFile { RemoteName = "ftp://a", LocalName = rig.Target() }, Cancel));
        await FailsAsync(BG_E_FILE_NOT_FOUND, () => job.SetRemoteNameAsync(7, "http://a/", Cancel));
        await FailsAsync(BG_E_STRING_TOO_LONG, () => job.ChangeAsync(new JobChange { Description = new string('x', 1025) }, Cancel));
        await FailsAsync(DO_E_JOB_NOT_FOUND, () => client.GetJobAsync(Guid.NewGuid(), Cancel));
        await FailsAsync(DO_E_JOB_NOT_FOUND, async () => await client.WatchAsync(Guid.NewGuid(), Cancel).FirstAsync(Cancel));
        await FailsAsync(E_INVALIDARG, () => client.CreateJobAsync("", Cancel));
        await job.CancelAsync(Cancel);
        await FailsAsync(DO_E_INVALID_STATE, () => job.SuspendAsync(Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_callback_is_called_and_let_go_with_its_client(bool isInProcess)
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 1_000));
        await using var keeper = await OpenAsync(rig, isInProcess);
        var (first, second) = (new CallbackRecorder(), new CallbackRecorder());
        Guid id;
        await using (var client = await OpenAsync(rig, isInProcess))
        {
            var job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a")), Cancel);
            id = job.Id;
            await job.SetCallbackAsync(first, Cancel);
            await first.UntilAsync("JobTransferred");
        }

        await (await keeper.GetJobAsync(id, Cancel)).SetCallbackAsync(second, Cancel);
        await second.UntilAsync("JobTransferred");
        Assert.False(first.HasMore);
    }

    [Fact]
    public async Task Watching_goes_on_over_a_restart_of_the_agent()
    {
        await using var rig = await AgentRig.StartAsync();
        var client = await rig.ConnectAsync();
        var job = await client.CreateJobAsync("a", Cancel);
        await using var events = client.WatchAsync(cancel: Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await events.MoveNextAsync());
        var next = events.MoveNextAsync();

        await rig.RestartAgentAsync();
        Assert.True(await next);
        Assert.Equal((JobEventKind.Present, job.Id), (events.Current.Kind, events.Current.Job.Id));
        await job.CancelAsync(Cancel);
        Assert.True(await events.MoveNextAsync());

        Assert.Equal((JobEventKind.State, JobState.Cancelled), (events.Current.Kind, events.Current.Job.State));
    }

    [Fact]
    public async Task Without_an_agent_the_failure_names_the_place_and_the_remedy()
    {
        using var directory = new TempDirectory();

        var failure = await FailsAsync(DO_E_NO_SERVICE, () => HaulClient.ConnectAsync(directory.File("none.sock"), Cancel));

        Assert.Contains(directory.File("none.sock"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("haul agent", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_agent_gone_every_call_says_so()
    {
        await using var rig = await AgentRig.StartAsync();
        var client = await rig.ConnectAsync();
        var job = await client.CreateJobAsync("a", Cancel);
        await rig.StopAgentAsync();

        await FailsAsync(DO_E_NO_SERVICE, () => client.GetStatusAsync(Cancel));
        await FailsAsync(DO_E_NO_SERVICE, () => job.ResumeAsync(Cancel));
        await FailsAsync(DO_E_NO_SERVICE, () => job.SetCallbackAsync(new CallbackRecorder(), Cancel));
    }

    [Fact]
    public async Task Clients_of_one_process_share_the_engine_and_another_process_is_kept_out()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var one = HaulClient.InProcess(rig.Target("mine"));
        await using (var two = HaulClient.InProcess(rig.Target("mine")))
            await two.CreateJobAsync("shared", Cancel);
        Assert.Equal("shared", (await one.ListJobsAsync(cancel: Cancel)).Single().DisplayName);

        // The agent's state belongs to the agent, though it runs in this very process.
        var failure = await FailsAsync(ERROR_SHARING_VIOLATION, () => Task.FromResult(HaulClient.InProcess(rig.Options.StateDirectory)));
        Assert.Contains(rig.Options.StateDirectory!, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_in_the_process_is_closed_with_its_last_client_and_keeps_its_jobs()
    {
        using var directory = new TempDirectory();
        Guid id;
        await using (var client = HaulClient.InProcess(directory.Path))
        {
            id = (await client.CreateJobAsync("kept", Cancel)).Id;
            var status = await client.GetStatusAsync(Cancel);
            Assert.Equal(("", directory.Path, 1), (status.SocketPath, status.StateDirectory, status.Jobs[JobState.Suspended]));
        }
        await using var again = HaulClient.InProcess(directory.Path);

        Assert.Equal("kept", (await again.GetJobAsync(id, Cancel)).Snapshot.DisplayName);
    }

    [Fact]
    public void A_progress_interval_that_is_too_short_is_refused()
    {
        using var directory = new TempDirectory();

        Assert.Equal(E_INVALIDARG, Assert.Throws<HaulException>(() => HaulClient.InProcess(directory.Path, TimeSpan.FromMilliseconds(1))).Code);
    }

    static async Task<HaulClient> OpenAsync(AgentRig rig, bool isInProcess) =>
        isInProcess ? HaulClient.InProcess(rig.Target("own"), TimeSpan.FromMilliseconds(50)) : await HaulClient.ConnectAsync(rig.SocketPath, Cancel);

    static async Task<HaulException> FailsAsync(HResult code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<HaulException>(call);
        Assert.Equal((code, code.Value), (failure.Code, failure.HResult));
        return failure;
    }
}
