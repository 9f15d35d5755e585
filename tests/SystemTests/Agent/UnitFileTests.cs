using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>The units for systemd: valid, and with all the rights the agent needs.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class UnitFileTests
{
    static string Folder => Path.Combine(HaulProgram.Root, "packaging", "systemd");

    [SystemdTheory]
    [InlineData("haul.service", "--system")]
    [InlineData("haul-user.service", "--user")]
    [InlineData("haul-tracker.service", "--system")]
    public async Task Systemd_finds_nothing_wrong(string unit, string manager)
    {
        using var directory = new TempDirectory();
        // The program that is installed nowhere yet is the only thing that may be missing.
        var text = File.ReadAllText(Path.Combine(Folder, unit));
        File.WriteAllText(directory.File(unit), text.Replace("/usr/bin/haul", "/bin/true", StringComparison.Ordinal));

        await using var verify = RunningProgram.Start(
            new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory.Path }),
            "systemd-analyze", manager, "verify", directory.File(unit));

        Assert.True(await verify.WaitForExitAsync() == 0, verify.Errors.Text);
        Assert.DoesNotContain(unit, verify.Errors.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("haul.service", "/etc/haul/agent.conf")]
    [InlineData("haul-user.service", "%E/haul/agent.conf")]
    public async Task Options_of_the_agent_are_a_setting(string unit, string setting)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, unit));
        var command = lines.Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..];
        Assert.Contains($"EnvironmentFile=-{setting}", lines);

        // A shell takes the words of the variable apart as systemd does.
        await using var help = RunningProgram.Start(
            new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["HAUL_AGENT_OPTIONS"] = "--rest-compat --rest-port 1 --help" }),
            "bash", "-c", command.Replace("/usr/bin/haul", HaulProgram.Path, StringComparison.Ordinal));

        Assert.True(await help.WaitForExitAsync() == 0, help.Errors.Text);
        Assert.Contains("--rest-compat", help.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_the_tracker_are_a_setting()
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, "haul-tracker.service"));
        var command = lines.Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..];
        Assert.Contains("EnvironmentFile=-/etc/haul/tracker.conf", lines);

        await using var help = RunningProgram.Start(
            new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["HAUL_TRACKER_OPTIONS"] = "--open --help" }),
            "bash", "-c", command.Replace("/usr/bin/haul", HaulProgram.Path, StringComparison.Ordinal));

        Assert.True(await help.WaitForExitAsync() == 0, help.Errors.Text);
        Assert.Contains("--redis", help.Output.Text, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task The_rights_that_the_unit_leaves_are_enough_to_serve_users()
    {
        using var directory = new TempDirectory().OpenToAll();
        await using var origin = FaultyOrigin.Start();
        var content = new TestContent(1, 100_000);
        origin.Serve("/a", content);
        var rights = File.ReadLines(Path.Combine(Folder, "haul.service")).Single(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal))
            .Split('=')[1].Split(' ').Select(name => "+" + name["CAP_".Length..].ToLowerInvariant());
        var bounds = string.Join(',', ["-all", .. rights]);
        var socket = directory.File("run/agent.sock");
        await using var agent = RunningProgram.Start(
            "setpriv", "--no-new-privs", $"--bounding-set={bounds}", $"--inh-caps={bounds}", HaulProgram.Path, "agent", "--system", "--socket", socket, "--state", directory.File("state"));
        await agent.WaitForLineAsync(agent.Errors, line => line.Contains("answers at", StringComparison.Ordinal));

        var body = $$"""{"displayName":"a","resume":true,"files":[{"remoteName":"{{origin.UrlOf("/a")}}","localName":"{{directory.File("target")}}"}]}""";
        var job = (await AgentRig.CurlAsync(socket, TestUsers.First.Name, "POST", "/v1/jobs", body)).As(ProtocolJson.Default.JobSnapshot);
        await using var events = await EventTap.OpenAsync(socket, $"/v1/events?job={job.Id}");
        await events.WaitForAsync(e => e.Job.State == JobState.Transferred);
        var done = await AgentRig.CurlAsync(socket, TestUsers.First.Name, "POST", $"/v1/jobs/{job.Id}/complete");

        Assert.Equal(HResults.S_OK, done.As(ProtocolJson.Default.JobReply).Code);
        Assert.Null(content.FirstDifference(directory.File("target")));
    }

    /// <summary>A theory that needs systemd's own checker; elsewhere it runs only when asked for by name.</summary>
    sealed class SystemdTheoryAttribute : TheoryAttribute
    {
        public SystemdTheoryAttribute([System.Runtime.CompilerServices.CallerFilePath] string? file = null, [System.Runtime.CompilerServices.CallerLineNumber] int line = -1)
            : base(file, line) => Explicit = !File.Exists("/usr/bin/systemd-analyze");
    }
}
