using System.Net.Sockets;
using System.Text;
using Haul.Agent;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;
using static System.Net.Http.HttpMethod;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>How an agent begins and ends, and what it refuses to begin with.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class AgentLifeTests
{
    const UnixFileMode SystemDirectory = (UnixFileMode)0b111_101_101;
    const UnixFileMode SystemSocket = (UnixFileMode)0b110_110_110;
    const UnixFileMode OwnDirectory = (UnixFileMode)0b111_000_000;
    const UnixFileMode OwnSocket = (UnixFileMode)0b110_000_000;

    [Theory]
    [InlineData(true, SystemDirectory, SystemSocket)]
    [InlineData(false, OwnDirectory, OwnSocket)]
    public async Task The_socket_is_open_to_those_it_is_for(bool isSystem, UnixFileMode directory, UnixFileMode socket)
    {
        await using var rig = await AgentRig.StartAsync(isSystem: isSystem);

        Assert.Equal(directory, File.GetUnixFileMode(Path.GetDirectoryName(rig.SocketPath)!));
        Assert.Equal(socket, File.GetUnixFileMode(rig.SocketPath));
        Assert.Equal(OwnDirectory, File.GetUnixFileMode(rig.Options.StateDirectory!));
    }

    [Fact]
    public async Task A_second_agent_on_the_same_state_or_socket_is_refused()
    {
        await using var rig = await AgentRig.StartAsync();

        await RefusedAsync(rig.Options with { SocketPath = rig.Target("other.sock") }, ERROR_SHARING_VIOLATION, rig.Options.StateDirectory!);
        await RefusedAsync(rig.Options with { StateDirectory = rig.Target("other") }, ERROR_SHARING_VIOLATION, rig.SocketPath);
        Assert.Equal(AgentExit.InUse, await AgentHost.RunAsync(rig.Options, TestContext.Current.CancellationToken));

        Assert.Equal(200, (await rig.CallAsync(Get, "/v1/status")).Status);
    }

    [Fact]
    public async Task What_an_agent_that_died_left_behind_is_cleared_away()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.StopAgentAsync();
        Assert.False(File.Exists(rig.SocketPath));
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Bound through another name, so that closing does not remove it.
            dead.Bind(new UnixDomainSocketEndPoint(rig.SocketPath + ".dead"));
            File.Move(rig.SocketPath + ".dead", rig.SocketPath);
        }

        await rig.StartAgentAsync();

        Assert.Equal(200, (await rig.CallAsync(Get, "/v1/status")).Status);
    }

    [Fact]
    public async Task What_is_no_socket_is_left_alone()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("precious"), "text");

        await RefusedAsync(Options(directory, "precious"), ERROR_FILE_EXISTS, directory.File("precious"));

        Assert.Equal("text", File.ReadAllText(directory.File("precious")));
    }

    [Fact]
    public async Task A_place_where_others_may_write_is_refused()
    {
        using var directory = new TempDirectory();
        File.SetUnixFileMode(directory.Subdirectory("open"), (UnixFileMode)0b111_111_111);

        await RefusedAsync(Options(directory, "open/agent.sock"), E_ACCESSDENIED, directory.File("open"));

        File.SetUnixFileMode(directory.File("open"), (UnixFileMode)0b1_111_111_111);
        await using var agent = (await AgentHost.StartAsync(Options(directory, "open/agent.sock"))).Value;
        Assert.NotNull(agent);
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_socket_is_refused()
    {
        using var directory = new TempDirectory();

        await RefusedAsync(Options(directory, new string('a', 120)), E_INVALIDARG, "too long");
    }

    [Fact]
    public async Task Jobs_are_as_they_were_after_a_stop_and_a_start()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = (await rig.CallAsync(Post, "/v1/jobs", """{"displayName":"kept","properties":{"description":"all of it","priority":"Low"}}""")).As(ProtocolJson.Default.JobSnapshot);

        await rig.RestartAgentAsync();

        Assert.Equal(job, (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}")).As(ProtocolJson.Default.JobSnapshot));
    }

    [Fact]
    public async Task An_agent_that_is_asked_to_stop_ends_with_0()
    {
        using var directory = new TempDirectory();
        using var stop = new CancellationTokenSource();
        var log = new StringWriter();
        var running = AgentHost.RunAsync(Options(directory, "agent.sock") with { Log = log }, stop.Token);

        await stop.CancelAsync();

        Assert.Equal(AgentExit.Stopped, await running);
        Assert.Contains("haul: Stopped", log.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(directory.File("agent.sock")));
    }

    [Fact]
    public async Task Systemd_is_told_when_it_answers_and_when_it_stops()
    {
        using var directory = new TempDirectory();
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(directory.File("notify")));
        await using var agent = RunningProgram.Start(
            new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = directory.File("notify") }),
            HaulProgram.Path, "agent", "--socket", directory.File("agent.sock"), "--state", directory.File("state"));

        Assert.Equal("READY=1", await HearAsync(systemd));
        Assert.Equal(200, (await ApiAnswer.AskAsync(directory.File("agent.sock"), Get, "/v1/status", null)).Status);
        Assert.Equal(AgentExit.Stopped, await agent.TerminateAsync());
        Assert.Equal("STOPPING=1", await HearAsync(systemd));
    }

    [Fact]
    public async Task An_agent_that_was_killed_is_followed_by_one_with_all_its_jobs()
    {
        using var directory = new TempDirectory();
        string[] words = ["agent", "--socket", directory.File("agent.sock"), "--state", directory.File("state")];
        var job = default(JobSnapshot);
        await using (var agent = RunningProgram.Start(HaulProgram.Path, words))
        {
            await agent.WaitForLineAsync(agent.Errors, line => line.Contains("answers at", StringComparison.Ordinal));
            job = (await ApiAnswer.AskAsync(directory.File("agent.sock"), Post, "/v1/jobs", """{"displayName":"kept"}""")).As(ProtocolJson.Default.JobSnapshot);
            await agent.KillAsync();
        }

        await using var next = RunningProgram.Start(HaulProgram.Path, words);
        await next.WaitForLineAsync(next.Errors, line => line.Contains("answers at", StringComparison.Ordinal));

        Assert.Equal(job, (await ApiAnswer.AskAsync(directory.File("agent.sock"), Get, $"/v1/jobs/{job!.Id}", null)).As(ProtocolJson.Default.JobSnapshot));
        Assert.Equal(AgentExit.Stopped, await next.TerminateAsync());
    }

    static async Task<string> HearAsync(Socket systemd)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        var bytes = new byte[256];
        return Encoding.UTF8.GetString(bytes, 0, await systemd.ReceiveAsync(bytes, patience.Token));
    }

    static AgentOptions Options(TempDirectory directory, string socket) =>
        new() { SocketPath = directory.File(socket), StateDirectory = directory.File("state"), Log = TextWriter.Null };

    static async Task RefusedAsync(AgentOptions options, HResult code, string named)
    {
        var log = new StringWriter();
        var started = await AgentHost.StartAsync(options with { Log = log });
        Assert.Equal(code, started.Failure?.Code);
        Assert.Contains(named, started.Failure!.Text, StringComparison.Ordinal);
        Assert.Contains(started.Failure.Text, log.ToString(), StringComparison.Ordinal);
    }
}
