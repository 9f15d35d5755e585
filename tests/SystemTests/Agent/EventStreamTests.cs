using System.Globalization;
using Haul.Agent;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using static System.Net.Http.HttpMethod;

namespace Haul.SystemTests.Agent;

/// <summary>The stream of events: complete, resumable, and no burden when its reader is slow.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task It_begins_with_each_job_as_it_is_and_then_tells_what_happens()
    {
        await using var rig = await AgentRig.StartAsync();
        var (one, two) = (await rig.CreateAsync("one"), await rig.CreateAsync("two"));

        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        Assert.Equal([one.Id, two.Id], (await events.PresentAsync()).Select(e => e.Job.Id));
        var three = await rig.CreateAsync("three");
        await rig.CallAsync(Patch, $"/v1/jobs/{one.Id}", """{"priority":"High"}""");
        await rig.CallAsync(Post, $"/v1/jobs/{two.Id}/cancel");

        Assert.Equal((JobEventKind.Created, three.Id), await KeyAsync(events));
        Assert.Equal((JobEventKind.Properties, one.Id), await KeyAsync(events));
        Assert.Equal((JobEventKind.State, two.Id), await KeyAsync(events));
    }

    [Fact]
    public async Task One_job_s_stream_tells_of_that_job_only()
    {
        await using var rig = await AgentRig.StartAsync();
        var (one, two) = (await rig.CreateAsync("one"), await rig.CreateAsync("two"));

        await using var events = await EventTap.OpenAsync(rig.SocketPath, $"/v1/events?job={two.Id}");
        Assert.Equal(two.Id, Assert.Single(await events.PresentAsync()).Job.Id);
        await rig.CallAsync(Post, $"/v1/jobs/{one.Id}/cancel");
        await rig.CallAsync(Post, $"/v1/jobs/{two.Id}/cancel");

        var told = await events.NextJobAsync();
        Assert.Equal((two.Id, JobState.Cancelled), (told.Job.Id, told.Job.State));
    }

    [Fact]
    public async Task After_a_broken_connection_it_goes_on_where_it_was()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await rig.CreateAsync();
        var id = "";
        await using (var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events"))
        {
            await events.PresentAsync();
            await rig.CallAsync(Patch, $"/v1/jobs/{job.Id}", """{"description":"0"}""");
            Assert.Equal("0", (await events.NextJobAsync()).Job.Description);
            id = events.LastId!;
        }
        for (var i = 1; i <= 5; i++)
            await rig.CallAsync(Patch, $"/v1/jobs/{job.Id}", $$"""{"description":"{{i}}"}""");

        await using var again = await EventTap.OpenAsync(rig.SocketPath, "/v1/events", id);

        for (var i = 1; i <= 5; i++)
            Assert.Equal((JobEventKind.Properties, i.ToString(CultureInfo.InvariantCulture)), await Described(again));
    }

    [Fact]
    public async Task A_stream_that_breaks_while_jobs_are_presented_presents_them_all_again()
    {
        await using var rig = await AgentRig.StartAsync();
        for (var i = 0; i < 3; i++)
            await rig.CreateAsync();
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await events.NextJobAsync();

        Assert.Null(events.LastId);
    }

    [Fact]
    public async Task After_a_restart_of_the_agent_each_job_comes_as_it_is()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await rig.CreateAsync();
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await events.PresentAsync();
        var id = events.LastId;
        await rig.CallAsync(Patch, $"/v1/jobs/{job.Id}", """{"description":"missed"}""");
        await rig.RestartAgentAsync();

        await using var again = await EventTap.OpenAsync(rig.SocketPath, "/v1/events", id);

        Assert.Equal("missed", Assert.Single(await again.PresentAsync()).Job.Description);
        Assert.NotEqual(id!.Split('-')[0], again.LastId!.Split('-')[0]);
    }

    [Fact]
    public async Task A_stopping_agent_says_what_is_left_to_say()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await rig.CreateAsync();
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await events.PresentAsync();

        var cancelling = rig.CallAsync(Post, $"/v1/jobs/{job.Id}/cancel");
        var stopping = rig.StopAgentAsync();
        var answer = await cancelling;
        await stopping;

        // Whether the call still came in or not: what it was told is what listeners were told.
        if (answer.Status == 200)
            Assert.Equal(JobState.Cancelled, (await events.NextJobAsync()).Job.State);
        else
            Assert.Equal(HResults.DO_E_NO_SERVICE, answer.Code(503));
        await Assert.ThrowsAsync<EndOfStreamException>(events.NextJobAsync);
    }

    [Fact]
    public async Task A_reader_who_fell_behind_gets_each_job_as_it_is_and_the_end_of_those_that_ended()
    {
        await using var rig = await AgentRig.StartAsync();
        var (ended, present) = (await rig.CreateAsync(), await rig.CreateAsync());
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await events.PresentAsync();
        await rig.CallAsync(Post, $"/v1/jobs/{ended.Id}/cancel");
        for (var i = 0; i <= EventLog.Capacity; i++)
            rig.Agent.Jobs.Events.Append(JobEventKind.Properties, present);

        await using var again = await EventTap.OpenAsync(rig.SocketPath, "/v1/events", events.LastId);
        var told = await again.PresentAsync();

        Assert.Equal([ended.Id, present.Id], told.Select(e => e.Job.Id));
        Assert.Equal(JobState.Cancelled, told[0].Job.State);
    }

    [Fact]
    public async Task A_reader_who_does_not_read_is_not_waited_for_and_gets_the_present_later()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await rig.CreateAsync();
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await events.PresentAsync();

        // Far more than sockets and pipes hold; the log keeps only its last events.
        for (var i = 0; i < 4 * EventLog.Capacity; i++)
            rig.Agent.Jobs.Events.Append(JobEventKind.Properties, job);
        await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/cancel");

        var kinds = new HashSet<JobEventKind>();
        await events.WaitForAsync(e =>
        {
            kinds.Add(e.Kind);
            return e.Job.State == JobState.Cancelled;
        });
        Assert.Contains(JobEventKind.Present, kinds);
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_is_alive()
    {
        await using var rig = await AgentRig.StartAsync(new AgentLimits { Heartbeat = TimeSpan.FromMilliseconds(50) });
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await events.PresentAsync();

        var line = await events.ReadLineAsync();

        Assert.Equal(": alive", line);
    }

    [Fact]
    public async Task Every_state_of_a_transfer_is_told_in_order()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 2_000_000)).Fails(503, times: 1, retryAfter: "0");
        await using var events = await EventTap.OpenAsync(rig.SocketPath, "/v1/events");
        await rig.CallAsync(Post, "/v1/jobs", rig.JobOf(origin.UrlOf("/a")));

        var states = new List<JobState>();
        long sequence = 0;
        await events.WaitForAsync(e =>
        {
            Assert.True(e.Sequence > sequence);
            sequence = e.Sequence;
            if (states.Count == 0 || states[^1] != e.Job.State)
                states.Add(e.Job.State);
            return e.Job.State == JobState.Transferred;
        });

        Assert.Equal([JobState.Transferring, JobState.TransientError, JobState.Transferring, JobState.Transferred], Normal(states));
    }

    // Queued is passed within one round where a slot is free, and then may or may not be told.
    static IEnumerable<JobState> Normal(List<JobState> states) => states[0] == JobState.Queued ? states.Skip(1) : states;

    static async Task<(JobEventKind, Guid)> KeyAsync(EventTap events) => await events.NextJobAsync() is var e ? (e.Kind, e.Job.Id) : default;

    static async Task<(JobEventKind, string)> Described(EventTap events) => await events.NextJobAsync() is var e ? (e.Kind, e.Job.Description) : default;
}
