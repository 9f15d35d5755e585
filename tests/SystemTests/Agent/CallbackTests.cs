using System.Text.Json;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>Callbacks of programs with an agent: in order, one at a time, in nobody's way, and never lost before they were taken.</summary>
public sealed class CallbackTests
{
    const NotifyFlags All = NotifyFlags.JobTransferred | NotifyFlags.JobError | NotifyFlags.JobModification | NotifyFlags.FileTransferred;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_come_in_order_and_one_at_a_time()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 3_000_000)).Drips(6_000_000);
        var client = await rig.ConnectAsync();
        var recorder = new CallbackRecorder();
        var job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a"), notify: All) with { Resume = false }, Cancel);
        await job.SetCallbackAsync(recorder, Cancel);

        await job.ResumeAsync(Cancel);
        var calls = await recorder.UntilAsync("JobTransferred");

        Assert.Equal(1, recorder.AtOnceMax);
        Assert.Equal("JobModification", calls[0].Name);
        Assert.Contains("FileTransferred 0 True", calls.Select(call => call.Name));
        Assert.Equal(JobState.Transferred, calls[^1].Job.State);
        Assert.Equal(calls.Select(call => call.Job.Sequence).Order(), calls.Select(call => call.Job.Sequence));
        Assert.Equal(calls.Select(call => call.Job.Progress.BytesTransferred).Order(), calls.Select(call => call.Job.Progress.BytesTransferred));
    }

    [Fact]
    public async Task One_that_blocks_holds_up_neither_the_transfer_nor_other_jobs()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 3_000_000));
        var client = await rig.ConnectAsync();
        var release = new TaskCompletionSource<HResult>();
        var (blocked, free) = (new CallbackRecorder(_ => release.Task), new CallbackRecorder());
        var one = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a"), "one", All) with { Resume = false }, Cancel);
        var two = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a"), "two", NotifyFlags.JobTransferred) with { Resume = false }, Cancel);
        await one.SetCallbackAsync(blocked, Cancel);
        await two.SetCallbackAsync(free, Cancel);

        await one.ResumeAsync(Cancel);
        await blocked.NextAsync();
        await two.ResumeAsync(Cancel);

        // Both end while the first callback of the first job still runs.
        await free.UntilAsync("JobTransferred");
        await foreach (var happened in client.WatchAsync(one.Id, Cancel))
        {
            if (happened.Job.State == JobState.Transferred)
                break;
        }
        Assert.False(blocked.HasMore);
        release.SetResult(S_OK);
        await blocked.UntilAsync("JobTransferred");
        Assert.Equal(1, blocked.AtOnceMax);
    }

    [Fact]
    public async Task One_that_fails_or_throws_is_called_again()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 1_000));
        var client = await rig.ConnectAsync();
        var calls = 0;
        var recorder = new CallbackRecorder(_ => ++calls switch
        {
            1 => throw new InvalidOperationException("no"),
            2 => Task.FromResult(E_FAIL),
            _ => Task.FromResult(S_OK),
        });
        var job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a")), Cancel);
        await job.SetCallbackAsync(recorder, Cancel);

        Assert.Equal("JobTransferred", (await recorder.NextAsync()).Name);
        Assert.Equal("JobTransferred", (await recorder.NextAsync()).Name);
        Assert.Equal("JobTransferred", (await recorder.NextAsync()).Name);
    }

    [Fact]
    public async Task One_may_complete_its_own_job()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 1_000));
        var client = await rig.ConnectAsync();
        HaulJob job = null!;
        var recorder = new CallbackRecorder(async name => name == "JobTransferred" ? await job.CompleteAsync(Cancel) : S_OK);
        job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a"), notify: All) with { Resume = false }, Cancel);
        await job.SetCallbackAsync(recorder, Cancel);
        await job.ResumeAsync(Cancel);

        await recorder.UntilAsync("JobTransferred");
        while ((await recorder.NextAsync()).Job.State != JobState.Acknowledged)
            Cancel.ThrowIfCancellationRequested();

        Assert.True(File.Exists(rig.Target()));
    }

    [Fact]
    public async Task An_error_is_told_with_its_code()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a").Fails(404);
        var client = await rig.ConnectAsync();
        var recorder = new CallbackRecorder();
        var job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a")), Cancel);
        await job.SetCallbackAsync(recorder, Cancel);

        Assert.Equal($"JobError {HResult.FromHttpStatus(404)}", (await recorder.NextAsync()).Name);
    }

    [Fact]
    public async Task Whoever_registers_later_is_told_what_is_true_already()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 1_000));
        var (first, second) = (await rig.ConnectAsync(), await rig.ConnectAsync());
        var (early, late) = (new CallbackRecorder(), new CallbackRecorder());
        var job = await first.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a")), Cancel);
        await job.SetCallbackAsync(early, Cancel);
        await early.UntilAsync("JobTransferred");

        await (await second.GetJobAsync(job.Id, Cancel)).SetCallbackAsync(late, Cancel);

        await late.UntilAsync("JobTransferred");
        Assert.False(early.HasMore);
    }

    [Fact]
    public async Task One_that_was_taken_away_is_called_no_more()
    {
        await using var rig = await AgentRig.StartAsync();
        var client = await rig.ConnectAsync();
        var (gone, still) = (new CallbackRecorder(), new CallbackRecorder());
        var one = await client.CreateJobAsync(new CreateJob { DisplayName = "one", Properties = new JobChange { NotifyFlags = All } }, Cancel);
        var two = await client.CreateJobAsync(new CreateJob { DisplayName = "two", Properties = new JobChange { NotifyFlags = All } }, Cancel);
        await one.SetCallbackAsync(gone, Cancel);
        await two.SetCallbackAsync(still, Cancel);

        await one.SetCallbackAsync(null, Cancel);
        await one.ChangeAsync(new JobChange { Description = "x" }, Cancel);
        await two.ChangeAsync(new JobChange { Description = "x" }, Cancel);

        // Over one stream, so that what the first would have heard would have come before.
        await still.NextAsync();
        Assert.False(gone.HasMore);
    }

    [Fact]
    public async Task They_are_registered_again_with_an_agent_that_was_started_anew()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        var file = origin.Serve("/a", new TestContent(1, 2_000_000)).StallsAfter(1_000_000);
        var client = await rig.ConnectAsync();
        var recorder = new CallbackRecorder();
        var job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a")), Cancel);
        await job.SetCallbackAsync(recorder, Cancel);

        await rig.StopAgentAsync();
        file.BehavesWell();
        await rig.StartAgentAsync();

        await recorder.UntilAsync("JobTransferred");
    }

    [Fact]
    public async Task What_a_program_that_was_killed_did_not_answer_is_told_to_the_next()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 1_000));
        var client = await rig.ConnectAsync();
        await using var program = await RawProgram.StartAsync(rig);
        var job = await client.CreateJobAsync(rig.RequestOf(origin.UrlOf("/a")), Cancel);
        await program.RegisterAsync(job.Id);
        Assert.Equal(NotificationKind.JobTransferred, (await program.NextAsync()).Kind);

        await program.KillAsync();
        var recorder = new CallbackRecorder();
        await job.SetCallbackAsync(recorder, Cancel);

        await recorder.UntilAsync("JobTransferred");
    }

    [Fact]
    public async Task A_program_that_never_answers_hears_no_more_of_that_job_and_all_of_others()
    {
        await using var rig = await AgentRig.StartAsync();
        var client = await rig.ConnectAsync();
        await using var program = await RawProgram.StartAsync(rig);
        var (one, two) = (await client.CreateJobAsync(Asked("one"), Cancel), await client.CreateJobAsync(Asked("two"), Cancel));
        await program.RegisterAsync(one.Id);
        await program.RegisterAsync(two.Id);

        for (var i = 0; i < 3; i++)
            await one.ChangeAsync(new JobChange { Description = $"{i}" }, Cancel);
        var unanswered = await program.NextAsync();
        Assert.Equal((one.Id, 1L, "0"), (unanswered.Job.Id, unanswered.Number, unanswered.Job.Description));

        await two.ChangeAsync(new JobChange { Description = "x" }, Cancel);
        Assert.Equal(two.Id, (await program.NextAsync()).Job.Id);

        // An answer to something else is none; the right one brings the next.
        await program.AnswerAsync(one.Id, 2, S_OK);
        await program.AnswerAsync(one.Id, 1, S_OK);
        Assert.Equal((one.Id, 2L), ((await program.NextAsync()) is var next ? (next.Job.Id, next.Number) : default));
    }

    [Fact]
    public async Task A_job_that_ended_cannot_be_registered_for()
    {
        await using var rig = await AgentRig.StartAsync();
        var client = await rig.ConnectAsync();
        var job = await client.CreateJobAsync("a", Cancel);
        await job.CancelAsync(Cancel);

        var refused = await Assert.ThrowsAsync<HaulException>(() => job.SetCallbackAsync(new CallbackRecorder(), Cancel));

        Assert.Equal(DO_E_INVALID_STATE, refused.Code);
    }

    static CreateJob Asked(string name) => new() { DisplayName = name, Properties = new JobChange { NotifyFlags = NotifyFlags.JobModification } };

    /// <summary>A program that speaks the API by hand: curl holds the stream, in a process that can be killed.</summary>
    sealed class RawProgram(AgentRig rig, RunningProgram stream, string session) : IAsyncDisposable
    {
        int _seen = 1;

        public static async Task<RawProgram> StartAsync(AgentRig rig)
        {
            var stream = RunningProgram.Start("curl", "--silent", "--no-buffer", "--unix-socket", rig.SocketPath, "http://localhost/v1/notifications");
            var first = await stream.WaitForLineAsync("data: ");
            return new RawProgram(rig, stream, JsonSerializer.Deserialize(first[6..], ProtocolJson.Default.NotificationSession)!.Session);
        }

        public async Task RegisterAsync(Guid job) =>
            Assert.Equal(200, (await rig.CallAsync(HttpMethod.Put, $"/v1/jobs/{job}/callback", $$"""{"session":"{{session}}"}""")).Status);

        public async Task AnswerAsync(Guid job, long number, HResult code) =>
            Assert.Equal(204, (await rig.CallAsync(HttpMethod.Post, $"/v1/notifications/{session}/answers", $$"""[{"job":"{{job}}","number":{{number}},"code":"{{code.Hex}}"}]""")).Status);

        /// <summary>The next notification on the stream.</summary>
        public async Task<Notification> NextAsync()
        {
            var left = ++_seen;
            var line = await stream.WaitForLineAsync(stream.Output, text => text.StartsWith("data: ", StringComparison.Ordinal) && --left == 0);
            return JsonSerializer.Deserialize(line[6..], ProtocolJson.Default.Notification)!;
        }

        public Task<int> KillAsync() => stream.KillAsync();

        public ValueTask DisposeAsync() => stream.DisposeAsync();
    }
}
