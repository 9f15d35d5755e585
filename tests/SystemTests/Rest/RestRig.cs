using Haul.Agent;
using Haul.Agent.RestCompat;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Rest;

/// <summary>A real agent in this process that serves the REST interface, and an origin beside it.</summary>
sealed class RestRig : IAsyncDisposable
{
    readonly TempDirectory _directory = new TempDirectory().OpenToAll();
    readonly List<RestTalk> _talks = [];
    AgentHost _agent = null!;

    RestRig(RestLimits limits) => Options = new AgentOptions
    {
        SocketPath = _directory.File("run/agent.sock"),
        StateDirectory = _directory.File("state"),
        Log = Log,
        Rest = new RestOptions { Directory = _directory.File("ports"), PortFirst = FreePort.Next(), User = User, Limits = limits },
    };

    /// <summary>Whose the downloads are: nobody's where the tests run as root, since root itself is not served unasked.</summary>
    public static string? User => Environment.IsPrivilegedProcess ? "nobody" : null;

    public AgentOptions Options { get; }

    public StringWriter Log { get; } = new();

    public AgentHost Agent => _agent;

    public FaultyOrigin Origin { get; } = FaultyOrigin.Start();

    public int Port => _agent.RestPort!.Value;

    public string Ports => Options.Rest!.Directory;

    public static async Task<RestRig> StartAsync(RestLimits? limits = null)
    {
        var rig = new RestRig(limits ?? new RestLimits());
        await rig.StartAgentAsync();
        return rig;
    }

    public async Task StartAgentAsync()
    {
        var started = await AgentHost.StartAsync(Options);
        Assert.True(started.Succeeded, started.Failure?.ToString());
        _agent = started.Value;
    }

    public async Task RestartAgentAsync()
    {
        await _agent.DisposeAsync();
        await StartAgentAsync();
    }

    public string Target(string name = "target.bin") => _directory.File(name);

    public async Task<RestTalk> TalkAsync()
    {
        var talk = await RestTalk.ConnectAsync(Port);
        _talks.Add(talk);
        return talk;
    }

    public async ValueTask DisposeAsync()
    {
        _talks.ForEach(talk => talk.Dispose());
        await _agent.DisposeAsync();
        await Origin.DisposeAsync();
        _directory.Dispose();
    }
}
