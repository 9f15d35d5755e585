using System.Text.Json;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Cli;

/// <summary>The commands that talk to an agent, and get where one runs.</summary>
public sealed class AgentCommandsTests : IAsyncLifetime
{
    static readonly TestContent _content = new(3, 3_000_000);
    readonly CliRig _rig = new();
    RunningProgram? _agent;

    public async ValueTask InitializeAsync()
    {
        _agent = _rig.Start("agent", "--state", _rig.Target("agent-state"), "--progress-interval", "50ms");
        await _agent.WaitForLineAsync(_agent.Errors, line => line.Contains("answers at", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _agent!.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_job_is_added_watched_and_completed_by_the_beginning_of_its_id()
    {
        _rig.Origin.Serve("/file", _content);

        var added = await _rig.RunAsync("add", _rig.Url("/file"));
        Assert.True(Guid.TryParse(added.Out, out var id), added.Out);
        var some = id.ToString()[..6];
        var watched = await _rig.RunAsync("watch", some);
        Assert.Equal((0, $"{id.ToString()[..8]} Transferred"), (watched.Exit, watched.Out));
        Assert.False(File.Exists(_rig.Target("file")));
        Assert.Contains("Transferred  100 %", (await _rig.RunAsync("jobs")).Out, StringComparison.Ordinal);
        Assert.Contains(_content.Sha256(), (await _rig.RunAsync("show", some)).Out, StringComparison.Ordinal);

        var completed = await _rig.RunAsync("complete", some);
        Assert.Equal((0, $"{id.ToString()[..8]} completed"), (completed.Exit, completed.Out));
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
    }

    [Fact]
    public async Task A_file_is_added_once_and_a_get_of_it_follows_the_job()
    {
        _rig.Origin.Serve("/file", _content);
        var id = (await _rig.RunAsync("add", _rig.Url("/file"), "--suspended")).Out;

        var again = await _rig.RunAsync("add", _rig.Url("/file"));
        var other = await _rig.RunAsync("get", _rig.Url("/file"), "--sha256", _content.Sha256());
        var got = await _rig.RunAsync("get", "--json", _rig.Url("/file"));

        Assert.Equal(3, again.Exit);
        Assert.Contains($"Job {id[..8]} is there for {_rig.Target("file")} already", again.Error, StringComparison.Ordinal);
        Assert.Equal(3, other.Exit);
        Assert.Contains("with other options", other.Error, StringComparison.Ordinal);
        Assert.Equal(0, got.Exit);
        Assert.Contains(id, got.Out, StringComparison.Ordinal);
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
    }

    [Fact]
    public async Task A_get_that_follows_a_job_of_add_leaves_it_what_it_is()
    {
        _rig.Origin.Serve("/file", _content).StallsAfter(1_000_000, answers: 100);
        var id = (await _rig.RunAsync("add", _rig.Url("/file"))).Out;
        await using (var get = _rig.Start("get", _rig.Url("/file")))
        {
            await get.WaitForLineAsync(get.Errors, line => line.Contains("resuming", StringComparison.Ordinal));
            Assert.Equal(130, await get.TerminateAsync());
        }

        // It goes on without the get, and no other get takes it for its own.
        Assert.NotEqual("Suspended", await StateAsync(id));
        Assert.Equal(3, (await _rig.RunAsync("get", _rig.Url("/file"), "--sha256", _content.Sha256())).Exit);
        Assert.Equal(3, (await _rig.RunAsync("get", _rig.Url("/other"), "-o", "file")).Exit);
        Assert.NotEqual("Cancelled", await StateAsync(id));
    }

    [Fact]
    public async Task A_job_rests_goes_on_and_ends_as_told()
    {
        _rig.Origin.Serve("/file", _content);
        var id = (await _rig.RunAsync("add", _rig.Url("/file"), "--suspended", "--name", "mine")).Out;
        Assert.Equal("Suspended", await StateAsync(id));

        Assert.Equal(0, (await _rig.RunAsync("resume", id)).Exit);
        Assert.Equal(0, (await _rig.RunAsync("watch", id, "--json")).Exit);
        Assert.Equal(0, (await _rig.RunAsync("suspend", id)).Exit);
        Assert.Equal(0, (await _rig.RunAsync("cancel", id)).Exit);

        Assert.Equal("Cancelled", await StateAsync(id));
        Assert.Empty(_rig.Temporaries());
        Assert.Equal(1, (await _rig.RunAsync("resume", id)).Exit);
    }

    [Fact]
    public async Task What_is_not_there_is_told_for_each_and_the_rest_is_done()
    {
        _rig.Origin.Serve("/file", _content);
        var id = (await _rig.RunAsync("add", _rig.Url("/file"), "--suspended")).Out;

        var run = await _rig.RunAsync("cancel", "ffffffff", id);

        Assert.Equal(1, run.Exit);
        Assert.Contains("DO_E_JOB_NOT_FOUND", run.Error, StringComparison.Ordinal);
        Assert.Equal("Cancelled", await StateAsync(id));
    }

    [Fact]
    public async Task A_job_in_error_ends_its_watch_with_the_number_of_the_error()
    {
        _rig.Origin.Serve("/file").Fails(404);
        var id = (await _rig.RunAsync("add", _rig.Url("/file"))).Out;

        Assert.Equal(8, (await _rig.RunAsync("watch", id)).Exit);
        Assert.Contains("BG_E_HTTP_ERROR_404", (await _rig.RunAsync("show", id)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_get_leaves_the_work_to_the_agent()
    {
        _rig.Origin.Serve("/file", _content);

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--json");

        Assert.Equal(0, get.Exit);
        Assert.False(JsonDocument.Parse(get.Out.Split('\n')[0]).RootElement.GetProperty("inProcess").GetBoolean());
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        Assert.Empty(_rig.Gets());
        Assert.DoesNotContain("file", (await _rig.RunAsync("jobs")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_get_rests_with_the_agent_and_the_same_command_goes_on_with_it()
    {
        _rig.Origin.Serve("/file", _content).StallsAfter(2_500_000, answers: 2);
        await using (var get = _rig.Start("get", _rig.Url("/file"), "--connections", "1"))
        {
            await get.WaitForLineAsync(get.Errors, line => line.Contains("started", StringComparison.Ordinal));
            Assert.Equal(130, await get.TerminateAsync());
        }
        var jobs = await _rig.RunAsync("jobs", "--json");
        Assert.Equal("Suspended", JsonDocument.Parse(jobs.Out).RootElement.GetProperty("state").GetString());
        _rig.Origin.Serve("/file", _content);

        Assert.Equal(0, (await _rig.RunAsync("get", _rig.Url("/file"), "--connections", "1")).Exit);

        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        Assert.Empty((await _rig.RunAsync("jobs", "--json")).Out);
    }

    [Fact]
    public async Task State_of_an_earlier_get_wins_over_the_agent()
    {
        _rig.Origin.Serve("/file", _content).StallsAfter(2_500_000, answers: 2);
        await using (var get = _rig.Start("get", _rig.Url("/file"), "--no-agent"))
        {
            await get.WaitForLineAsync(get.Errors, line => line.Contains("started", StringComparison.Ordinal));
            await get.TerminateAsync();
        }
        _rig.Origin.Serve("/file", _content);

        var resumed = await _rig.RunAsync("get", _rig.Url("/file"), "--json");

        Assert.Equal(0, resumed.Exit);
        var began = JsonDocument.Parse(resumed.Out.Split('\n')[0]).RootElement;
        Assert.True(began.GetProperty("inProcess").GetBoolean() && began.GetProperty("resumed").GetBoolean());
    }

    [Fact]
    public async Task The_agent_s_status_names_its_socket()
    {
        Assert.Contains(_rig.Socket, (await _rig.RunAsync("status")).Out, StringComparison.Ordinal);
        Assert.Equal(_agent!.Id, JsonDocument.Parse((await _rig.RunAsync("status", "--json")).Out).RootElement.GetProperty("processId").GetInt32());
    }

    [Fact]
    public async Task Bash_completes_the_ids_of_jobs()
    {
        _rig.Origin.Serve("/file", _content);
        var id = (await _rig.RunAsync("add", _rig.Url("/file"), "--suspended")).Out[..8];

        Assert.Contains(id, (await _rig.RunAsync("[suggest:10]", "haul show ")).Out.Split('\n'));
    }

    async Task<string?> StateAsync(string id) =>
        JsonDocument.Parse((await _rig.RunAsync("show", id, "--json")).Out).RootElement.GetProperty("job").GetProperty("state").GetString();
}
