using Haul.Agent;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Rest;

/// <summary>Downloads over pauses, faults and restarts, and the file that tells the port.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class RestLifeTests
{
    [Fact]
    public async Task Paused_and_resumed_three_times_the_file_is_right()
    {
        await using var rig = await RestRig.StartAsync();
        var content = new TestContent(3, 12_000_000);
        rig.Origin.Serve("/a", content).Drips(4_000_000);
        var talk = await rig.TalkAsync();
        var id = await talk.CreateAsync(rig.Origin.UrlOf("/a"), rig.Target());
        await talk.DoAsync("start", id);
        for (var i = 1; i <= 3; i++)
        {
            await talk.WaitForBytesAsync(id, i * 2_000_000);
            await talk.DoAsync("pause", id);
            Assert.Equal("Paused", await talk.StatusAsync(id));
            Assert.Equal("0", await talk.StatusAsync(id, "ExtendedErrorCode"));
            await talk.DoAsync("start", id);
        }

        await talk.WaitForAsync(id, "Transferred");
        await talk.DoAsync("finalize", id);

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.All(rig.Origin.RequestsOf("/a"), request => Assert.True(request.Headers.Count(header => header.Key.Equals("Range", StringComparison.OrdinalIgnoreCase)) <= 1));
    }

    [Fact]
    public async Task Against_nginx_too()
    {
        using var files = new TempDirectory();
        using var authority = new TestAuthority();
        var content = new TestContent(4, 2_000_000);
        content.WriteTo(files.File("a"));
        await using var nginx = await NginxOrigin.StartAsync(files.Path, authority);
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        var id = await talk.CreateAsync(new Uri(nginx.PlainRoot, "slow/a"), rig.Target());
        await talk.DoAsync("start", id);
        for (var i = 1; i <= 3; i++)
        {
            await talk.WaitForBytesAsync(id, i * 300_000);
            await talk.DoAsync("pause", id);
            await talk.DoAsync("start", id);
        }
        await talk.WaitForAsync(id, "Transferred");
        await talk.DoAsync("finalize", id);
        Assert.Null(content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_server_without_ranges_and_one_whose_content_changes_give_the_right_file()
    {
        await using var rig = await RestRig.StartAsync();
        var content = new TestContent(5, 6_000_000);
        var next = new TestContent(6, 6_000_000);
        rig.Origin.Serve("/whole", content).Drips(4_000_000).HasNoRanges();
        var changing = rig.Origin.Serve("/changing", content).Drips(4_000_000);
        var talk = await rig.TalkAsync();
        var whole = await talk.CreateAsync(rig.Origin.UrlOf("/whole"), rig.Target("whole"));
        var changed = await talk.CreateAsync(rig.Origin.UrlOf("/changing"), rig.Target("changed"));
        foreach (var id in new[] { whole, changed })
            await talk.DoAsync("start", id);
        foreach (var id in new[] { whole, changed })
        {
            await talk.WaitForBytesAsync(id, 2_000_000);
            await talk.DoAsync("pause", id);
        }
        changing.Changes(version => version.Replaced(next));
        foreach (var id in new[] { whole, changed })
        {
            await talk.DoAsync("start", id);
            await talk.WaitForAsync(id, "Transferred");
            await talk.DoAsync("finalize", id);
        }

        Assert.Null(content.FirstDifference(rig.Target("whole")));
        Assert.Null(next.FirstDifference(rig.Target("changed")));
    }

    [Fact]
    public async Task Downloads_outlive_the_agent_under_their_ids()
    {
        await using var rig = await RestRig.StartAsync();
        var content = new TestContent(7, 8_000_000);
        var origin = rig.Origin.Serve("/a", content).Drips(4_000_000);
        var talk = await rig.TalkAsync();
        var running = await talk.CreateAsync(rig.Origin.UrlOf("/a"), rig.Target("running"));
        var paused = await talk.CreateAsync(rig.Origin.UrlOf("/a"), rig.Target("paused"));
        var made = await talk.CreateAsync(rig.Origin.UrlOf("/a"), rig.Target("made"));
        await talk.DoAsync("start", running);
        await talk.DoAsync("start", paused);
        await talk.WaitForBytesAsync(paused, 1_500_000);
        await talk.DoAsync("pause", paused);

        await rig.RestartAgentAsync();

        talk = await rig.TalkAsync();
        Assert.Equal("Created", await talk.StatusAsync(made));
        Assert.Equal("Paused", await talk.StatusAsync(paused));
        origin.BehavesWell();
        await talk.DoAsync("start", paused);
        foreach (var (id, name) in new[] { (running, "running"), (paused, "paused") })
        {
            await talk.WaitForAsync(id, "Transferred");
            await talk.DoAsync("finalize", id);
            Assert.Null(content.FirstDifference(rig.Target(name)));
        }
    }

    [Fact]
    public async Task The_port_file_lives_as_long_as_the_agent()
    {
        await using var rig = await RestRig.StartAsync();
        var path = Path.Combine(rig.Ports, $"restport.{Environment.ProcessId}");
        Assert.Equal($"{rig.Port}\n", File.ReadAllText(path));
        Assert.Equal((UnixFileMode)0b100_100_100, File.GetUnixFileMode(path));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(rig.Ports));

        // A second agent takes the next free port, and leaves the file of the first alone.
        var rest = rig.Options.Rest! with { Directory = rig.Target("others") };
        await using (var other = (await AgentHost.StartAsync(rig.Options with { SocketPath = rig.Target("run/2"), StateDirectory = rig.Target("2"), Rest = rest })).Value)
            Assert.True(other!.RestPort > rig.Port);
        Assert.Empty(Directory.GetFiles(rig.Target("others")));

        await rig.Agent.DisposeAsync();
        Assert.Empty(Directory.GetFiles(rig.Ports));
    }

    [Fact]
    public async Task An_agent_that_was_killed_leaves_a_file_that_the_next_one_takes_away()
    {
        using var directory = new TempDirectory().OpenToAll();
        string[] words = [
            "agent", "--socket", directory.File("run/s"), "--state", directory.File("state"), "--rest-compat", "--rest-directory", directory.File("ports"),
            "--rest-port", $"{FreePort.Next()}", .. RestRig.User is { } user ? new[] { "--rest-user", user } : []];
        var id = "";
        await using (var agent = RunningProgram.Start(HaulProgram.Path, words))
        {
            await agent.WaitForLineAsync(agent.Errors, line => line.Contains("REST interface answers", StringComparison.Ordinal));
            using var talk = await RestTalk.ConnectAsync(PortIn(directory));
            id = await talk.AskAsync("POST", "download/create?Uri=http://h/a", "Id");
            await agent.KillAsync();
        }
        Assert.Single(Directory.GetFiles(directory.File("ports")));

        await using var next = RunningProgram.Start(HaulProgram.Path, words);
        await next.WaitForLineAsync(next.Errors, line => line.Contains("REST interface answers", StringComparison.Ordinal));

        Assert.EndsWith($".{next.Id}", Directory.GetFiles(directory.File("ports")).Single(), StringComparison.Ordinal);
        using (var talk = await RestTalk.ConnectAsync(PortIn(directory)))
            Assert.Equal("Created", await talk.StatusAsync(id));
        Assert.Equal(AgentExit.Stopped, await next.TerminateAsync());
        Assert.Empty(Directory.GetFiles(directory.File("ports")));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_or_is_open_to_all_keeps_the_agent_from_starting()
    {
        await using var rig = await RestRig.StartAsync();
        File.WriteAllText(rig.Target("file"), "");
        File.SetUnixFileMode(Directory.CreateDirectory(rig.Target("open")).FullName, (UnixFileMode)0b111_111_111);
        foreach (var place in new[] { "file", "file/below", "open" })
        {
            var options = rig.Options with { SocketPath = rig.Target("run/2"), StateDirectory = rig.Target("2"), Rest = rig.Options.Rest! with { Directory = rig.Target(place) } };
            var refused = await AgentHost.StartAsync(options);
            Assert.Equal(Haul.Protocol.Contract.HResults.E_ACCESSDENIED, refused.Failure?.Code);
            Assert.Contains("--rest-directory", refused.Failure!.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Seven_hundred_downloads_at_once_all_come_with_few_open_files()
    {
        using var directory = new TempDirectory().OpenToAll();
        await using var origin = FaultyOrigin.Start();
        var content = new TestContent(8, 20_000);
        origin.Serve("/a", content);
        var user = RestRig.User is { } name ? $"--rest-user {name}" : "";
        var command = $"ulimit -n 1024; exec {HaulProgram.Path} agent --socket {directory.File("run/s")} --state {directory.File("state")} --rest-compat --rest-directory {directory.File("ports")} --rest-port {FreePort.Next()} {user}";
        await using var agent = RunningProgram.Start("bash", "-c", command);
        await agent.WaitForLineAsync(agent.Errors, line => line.Contains("REST interface answers", StringComparison.Ordinal));
        var port = PortIn(directory);
        using var talk = await RestTalk.ConnectAsync(port);

        var ids = new List<string>();
        for (var i = 0; i < 700; i++)
        {
            ids.Add(await talk.CreateAsync(origin.UrlOf("/a"), directory.File($"{i}")));
            await talk.DoAsync("start", ids[^1]);
        }
        foreach (var id in ids)
        {
            await talk.WaitForAsync(id, "Transferred");
            await talk.DoAsync("finalize", id);
        }

        for (var i = 0; i < 700; i++)
            Assert.Equal(content.Length, new FileInfo(directory.File($"{i}")).Length);
        Assert.Null(content.FirstDifference(directory.File("699")));
    }

    [Fact]
    public async Task Connections_leave_half_of_the_open_files_to_the_agent()
    {
        using var directory = new TempDirectory().OpenToAll();
        var user = RestRig.User is { } name ? $"--rest-user {name}" : "";
        var command = $"ulimit -n 300; exec {HaulProgram.Path} agent --socket {directory.File("run/s")} --state {directory.File("state")} --rest-compat --rest-directory {directory.File("ports")} --rest-port {FreePort.Next()} {user}";
        await using var agent = RunningProgram.Start("bash", "-c", command);
        await agent.WaitForLineAsync(agent.Errors, line => line.Contains("jobs are recorded in", StringComparison.Ordinal));
        var port = PortIn(directory);
        var talks = new List<RestTalk>();
        for (var i = 0; i < 400; i++)
            talks.Add(await RestTalk.ConnectAsync(port));

        // The first are served whatever the last ones do; one beyond the limit is closed without a word.
        Assert.Equal(400, (await talks[0].AskAsync("GET", "download/enumerate")).Status);
        Assert.Equal("", await talks[^1].ReadAsync());
        Assert.InRange(Directory.GetFiles($"/proc/{agent.Id}/fd").Length, 150, 280);

        talks.ForEach(talk => talk.Dispose());
        Assert.Equal(AgentExit.Stopped, await agent.TerminateAsync());
    }

    static int PortIn(TempDirectory directory) =>
        int.Parse(File.ReadAllText(Directory.GetFiles(directory.File("ports")).Single()), System.Globalization.CultureInfo.InvariantCulture);
}
