using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Com;

/// <summary>An agent, an origin and a directory for one native program.</summary>
sealed class ComRig : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    RunningProgram? _agent;

    ComRig()
    {
        _origin.Serve("/a", new TestContent(1, 3_000_000));
        _origin.Serve("/forbidden").Fails(403);
        _origin.Serve("/locked", new TestContent(1, 3_000_000)).RequiresBasic("x", "y");
        _origin.Serve("/slow", new TestContent(2, 3_000_000)).Drips(1_000);
        _origin.Serve("/steady", new TestContent(3, 30_000_000)).Drips(10_000_000);
        Content.WriteTo(Path.Combine(Directory, "expected"));
        RegisterCommand();
        Tell("integrity.json", _origin.ServeHashes("/hashes", Content));
        Tell("integrity-false.json", _origin.ServeHashes("/hashes-false", new TestContent(4, 3_000_000)));
    }

    /// <summary>Writes down for a program where piece hashes are, as the property of a download.</summary>
    void Tell(string name, IntegrityCheck check) => File.WriteAllText(
        Path.Combine(Directory, name),
        $$"""{"PiecesHashFileUrl":"{{check.PiecesHashFileUrl}}","PiecesHashFileDigest":"{{check.PiecesHashFileDigest}}","PiecesHashFileDigestAlgorithm":"SHA256","HashOfHashes":""}""");

    /// <summary>Registers a command for the notification class of a check.</summary>
    void RegisterCommand()
    {
        const string Clsid = "6b1f0c2e-53d4-4a7e-9d31-0a8c5e77421b";
        var folder = System.IO.Directory.CreateDirectory(Path.Combine(_directory.Subdirectory("config"), "haul", "notifications")).FullName;
        var script = $"echo $HAUL_NOTIFICATION > {Directory}/told; curl --silent --fail --unix-socket $HAUL_SOCKET -X POST http://localhost/v1/jobs/$HAUL_JOB_ID/complete";
        File.WriteAllText(Path.Combine(folder, $"{Clsid}.json"), $$"""{"command": ["/bin/sh", "-c", "{{script}}"]}""");
    }

    public string Socket => _directory.File("agent.sock");

    public string Directory => _directory.Subdirectory("files");

    /// <summary>Where the bytes of downloads to streams are kept.</summary>
    public string Streams => Path.Combine(_directory.Subdirectory("cache"), "haul", "streams");

    public string Origin => $"http://127.0.0.1:{_origin.Port}";

    public TestContent Content { get; } = new(1, 3_000_000);

    /// <summary>What a program is told of the agent, and where it finds one to start.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["HAUL_SOCKET"] = Socket,
        ["HAUL_PROGRAM"] = HaulProgram.Path,
        ["XDG_CONFIG_HOME"] = _directory.Subdirectory("config"),
        ["XDG_STATE_HOME"] = _directory.Subdirectory("state"),
        ["XDG_CACHE_HOME"] = _directory.Subdirectory("cache"),
    };

    public static async Task<ComRig> StartAsync(bool withAgent = true)
    {
        var rig = new ComRig();
        if (withAgent)
            await rig.StartAgentAsync();
        return rig;
    }

    public async Task StartAgentAsync()
    {
        _agent = RunningProgram.Start(new RunningProgram.Setting(Environment: Environment), HaulProgram.Path, "agent", "--progress-interval", "50ms");
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (!await AnswersAsync(patience.Token))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    public async Task KillAgentAsync()
    {
        await _agent!.KillAsync();
        await _agent.DisposeAsync();
        _agent = null;
    }

    /// <summary>Starts a program with what it is to know.</summary>
    public RunningProgram Start(string program, params string[] words) =>
        RunningProgram.Start(new RunningProgram.Setting(Environment: Environment), program, words);

    /// <summary>Starts a program with more in its environment.</summary>
    public RunningProgram Start(string program, IReadOnlyDictionary<string, string> more, string[] words)
    {
        var environment = Environment;
        foreach (var (key, value) in more)
            environment[key] = value;
        return RunningProgram.Start(new RunningProgram.Setting(Environment: environment), program, words);
    }

    /// <summary>Runs one case of the checks, maybe under another program.</summary>
    public async Task CheckAsync(string program, string name, IReadOnlyDictionary<string, string>? more = null, params string[] under)
    {
        string[] words = [.. under, program, name, Origin, Directory];
        await using var running = Start(words[0], more ?? new Dictionary<string, string>(), words[1..]);
        var code = await running.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(code == 0, $"{name} ended with {code}:\n{running.Output.Text}\n{running.Errors.Text}");
    }

    /// <summary>An agent that a program started itself is asked who it is, to be ended.</summary>
    public async Task<int> AgentProcessIdAsync()
    {
        await using var client = await HaulClient.ConnectAsync(Socket);
        return (await client.GetStatusAsync()).ProcessId;
    }

    async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            await using var client = await HaulClient.ConnectAsync(Socket, cancel);
            return true;
        }
        catch (HaulException e) when (e.Code == HResults.DO_E_NO_SERVICE)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
            await _agent.DisposeAsync();
        await _origin.DisposeAsync();
        _directory.Dispose();
    }
}
