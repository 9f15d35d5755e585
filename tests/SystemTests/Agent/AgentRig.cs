using System.Text.Json;
using Haul.Agent;
using Haul.Client;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>A real agent in this process, on a socket of its own, with a directory for files.</summary>
sealed class AgentRig : IAsyncDisposable
{
    readonly TempDirectory _directory = new TempDirectory().OpenToAll();
    readonly List<IAsyncDisposable> _owned = [];
    AgentHost _agent = null!;

    AgentRig(AgentLimits limits, bool isSystem) => Options = new AgentOptions
    {
        IsSystem = isSystem,
        SocketPath = _directory.File("run/agent.sock"),
        StateDirectory = _directory.File("state"),
        Policy = static () => _policy,
        Limits = limits,
        Log = Log,
    };

    static readonly Policy _policy = new() { ProgressInterval = TimeSpan.FromMilliseconds(50) };

    public AgentOptions Options { get; }

    public StringWriter Log { get; } = new();

    public AgentHost Agent => _agent;

    public string SocketPath => Options.SocketPath!;

    public static async Task<AgentRig> StartAsync(AgentLimits? limits = null, bool isSystem = true)
    {
        var rig = new AgentRig(limits ?? new AgentLimits(), isSystem);
        await rig.StartAgentAsync();
        return rig;
    }

    public async Task StartAgentAsync()
    {
        var started = await AgentHost.StartAsync(Options);
        Assert.True(started.Succeeded, started.Failure?.ToString());
        _agent = started.Value;
    }

    public ValueTask StopAgentAsync() => _agent.DisposeAsync();

    public async Task RestartAgentAsync()
    {
        await StopAgentAsync();
        await StartAgentAsync();
    }

    /// <summary>A path for a file that a job is to make.</summary>
    public string Target(string name = "target.bin") => _directory.File(name);

    /// <summary>The library's client; gone with the rig.</summary>
    public async Task<HaulClient> ConnectAsync()
    {
        var client = await HaulClient.ConnectAsync(SocketPath);
        _owned.Add(client);
        return client;
    }

    /// <summary>One call as the test's own user.</summary>
    public Task<ApiAnswer> CallAsync(HttpMethod method, string path, string? body = null) => ApiAnswer.AskAsync(SocketPath, method, path, body);

    /// <summary>One call with curl as a user of the machine.</summary>
    public Task<ApiAnswer> CurlAsync(string user, string method, string path, string? body = null) => CurlAsync(SocketPath, user, method, path, body);

    public static async Task<ApiAnswer> CurlAsync(string socketPath, string user, string method, string path, string? body = null)
    {
        string[] words = ["--silent", "--show-error", "--unix-socket", socketPath, "--request", method, "--write-out", "\n%{http_code}", $"http://localhost{path}"];
        await using var curl = RunningProgram.Start(
            new RunningProgram.Setting(Directory: "/", User: user), "curl", body is null ? words : [.. words, "--data-binary", body]);
        Assert.True(await curl.WaitForExitAsync() == 0, curl.Errors.Text);
        var lines = curl.Output.Text.TrimEnd().Split('\n');
        return new ApiAnswer(int.Parse(lines[^1], System.Globalization.CultureInfo.InvariantCulture), "", string.Join('\n', lines[..^1]));
    }

    public async Task<JobSnapshot> CreateAsync(string name = "test") =>
        (await CallAsync(HttpMethod.Post, "/v1/jobs", $$"""{"displayName":"{{name}}"}""")).As(ProtocolJson.Default.JobSnapshot);

    /// <summary>The body that asks for a job of one file, resumed.</summary>
    public string JobOf(Uri url, string target = "target.bin") => JsonSerializer.Serialize(RequestOf(url, target), ProtocolJson.Default.CreateJob);

    public CreateJob RequestOf(Uri url, string target = "target.bin", NotifyFlags? notify = null) => new()
    {
        DisplayName = "test",
        Files = [new AddFile { RemoteName = url.AbsoluteUri, LocalName = Target(target) }],
        Properties = new JobChange { NotifyFlags = notify },
        Resume = true,
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var each in _owned)
            await each.DisposeAsync();
        await _agent.DisposeAsync();
        _directory.Dispose();
    }
}
