using System.Runtime.Versioning;
using System.Text.Json;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>A real agent in a process of its own, with commands registered for notification classes; what these say comes in its log.</summary>
[SupportedOSPlatform("linux")]
sealed class CommandRig : IAsyncDisposable
{
    const UnixFileMode OwnerWrites = (UnixFileMode)0b111_101_101;

    readonly TempDirectory _directory = new TempDirectory().OpenToAll();
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly string[] _under;
    RunningProgram? _agent;

    CommandRig(string[] under)
    {
        _under = under;
        _origin.Serve("/a", new TestContent(1, 100_000));
        Folder = _directory.Subdirectory("notifications");
        File.SetUnixFileMode(Folder, OwnerWrites);
    }

    /// <summary>Starts an agent for all users where we are root, else for us.</summary>
    /// <param name="under">A program to start it under, and what that is told.</param>
    public static async Task<CommandRig> StartAsync(params string[] under)
    {
        var rig = new CommandRig(under);
        await rig.StartAgentAsync();
        return rig;
    }

    /// <summary>Where commands are registered.</summary>
    public string Folder { get; }

    public string Socket => _directory.File("run/agent.sock");

    /// <summary>What the present agent logged.</summary>
    public IReadOnlyList<string> Log => _agent!.Errors.Lines;

    public async Task StartAgentAsync()
    {
        if (_agent is not null)
            await _agent.DisposeAsync();
        string[] words =
        [
            .. _under, HaulProgram.Path, "agent", .. TestUsers.AreAvailable ? ["--system"] : Array.Empty<string>(),
            "--socket", Socket, "--state", _directory.File("state"), "--notifications", Folder, "--progress-interval", "50ms",
        ];
        _agent = RunningProgram.Start(new RunningProgram.Setting(Environment: new Dictionary<string, string?> { ["SECRET_OF_THE_AGENT"] = "1", ["LANG"] = null }), words[0], words[1..]);
        await WaitForAsync("answers at");
    }

    public Task KillAgentAsync() => _agent!.KillAsync();

    public Task<int> TerminateAgentAsync() => _agent!.TerminateAsync();

    public async Task RestartAgentAsync()
    {
        Assert.Equal(0, await TerminateAgentAsync());
        await StartAgentAsync();
    }

    /// <summary>A path that every user may use.</summary>
    public string PathOf(string name) => _directory.File(name);

    public string RegistrationOf(Guid clsid) => Path.Combine(Folder, $"{clsid}.json");

    /// <summary>Registers a shell script for a class of its own.</summary>
    public Guid Register(string script)
    {
        var clsid = Guid.NewGuid();
        Register(clsid, "/bin/sh", "-c", script);
        return clsid;
    }

    public void Register(Guid clsid, params string[] words)
    {
        var path = RegistrationOf(clsid);
        File.WriteAllText(path, $$"""{"command": [{{string.Join(", ", words.Select(word => $"\"{JsonEncodedText.Encode(word)}\""))}}]}""");
        File.SetUnixFileMode(path, OwnerWrites);
    }

    /// <summary>A new job with a class, resumed: it comes to Transferred or, with isError, to Error.</summary>
    /// <param name="clsid">Its class.</param>
    /// <param name="isError">The server does not have its file.</param>
    /// <param name="user">Whose it is; ours when null.</param>
    public async Task<Guid> RunJobAsync(Guid clsid, bool isError = false, string? user = null)
    {
        var asked = new CreateJob
        {
            DisplayName = "test",
            Files = [new AddFile { RemoteName = _origin.UrlOf(isError ? "/missing" : "/a").AbsoluteUri, LocalName = PathOf(Guid.NewGuid().ToString()) }],
            Properties = new JobChange { NotificationClsid = clsid },
            Resume = true,
        };
        var body = JsonSerializer.Serialize(asked, ProtocolJson.Default.CreateJob);
        var answer = user is null ? await ApiAnswer.AskAsync(Socket, HttpMethod.Post, "/v1/jobs", body) : await AgentRig.CurlAsync(Socket, user, "POST", "/v1/jobs", body);
        return answer.As(ProtocolJson.Default.JobSnapshot).Id;
    }

    public Task<HaulClient> ConnectAsync() => HaulClient.ConnectAsync(Socket);

    /// <summary>Waits until the agent has logged something so many times.</summary>
    public async Task<string> WaitForAsync(string text, int count = 1)
    {
        var seen = 0;
        return await _agent!.WaitForLineAsync(_agent.Errors, line => line.Contains(text, StringComparison.Ordinal) && ++seen == count);
    }

    /// <summary>Waits until a command says so.</summary>
    public async Task<string> WaitForWordAsync(string word, int count = 1) => (await WaitForAsync($"says: {word}", count)).Split("says: ")[1];

    /// <summary>How often the agent has logged something.</summary>
    public int CountOf(string text) => Log.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until all that is due was told: a command of another job, which begins later, has ended.</summary>
    public async Task SettleAsync()
    {
        var job = await RunJobAsync(Register("exit 0"));
        await WaitForAsync($"of job {job} ended well");
    }

    public async ValueTask DisposeAsync()
    {
        await _agent!.DisposeAsync();
        await _origin.DisposeAsync();
        _directory.Dispose();
    }
}
