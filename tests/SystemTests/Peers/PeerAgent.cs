using System.Globalization;
using Haul.Client;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>A real agent that exchanges contents with others over loopback, which may be ended and started again over the same state.</summary>
sealed class PeerAgent : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    readonly string[] _options;
    RunningProgram? _program;

    /// <param name="port">Where it takes connections.</param>
    /// <param name="options">What else it is told.</param>
    public PeerAgent(int port, params string[] options) =>
        (Port, _options) = (port, ["--download-mode", "lan", "--peer-listen", $"127.0.0.1:{port}", .. options]);

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string State => _directory.Subdirectory("state");

    public string Socket => _directory.File("agent.sock");

    public string Shelf => Path.Combine(State, "contents");

    /// <summary>The memory that it has now; on Linux.</summary>
    public long ResidentBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{_program!.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..^2], CultureInfo.InvariantCulture);

    public string Target(string name) => _directory.File(name);

    /// <summary>Joins the group of a file, or makes one of that name.</summary>
    public async Task<PeerAgent> JoinAsync(string groupFile)
    {
        if (!File.Exists(groupFile))
            await RunAsync("group", "create", "office", "--out", groupFile);
        await RunAsync("group", "join", groupFile, "--state", State);
        return this;
    }

    /// <summary>Starts it, and returns when it answers.</summary>
    public async Task<PeerAgent> StartAsync()
    {
        _program = RunningProgram.Start(HaulProgram.Path, ["agent", "--state", State, "--socket", Socket, .. _options]);
        await using var client = await ConnectAsync();
        return this;
    }

    public async Task<HaulClient> ConnectAsync()
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (true)
        {
            try
            {
                return await HaulClient.ConnectAsync(Socket, patience.Token);
            }
            catch (HaulException e) when (e.Code == HResults.DO_E_NO_SERVICE)
            {
                Assert.False(_program!.HasExited, $"The agent ended: {string.Join('\n', _program.Errors)}");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
            }
        }
    }

    /// <summary>Ends it as told, or with kill -9.</summary>
    public async Task EndAsync(bool isKill)
    {
        if (isKill)
            await _program!.KillAsync();
        else
            Assert.Equal(0, await _program!.TerminateAsync());
        await _program.DisposeAsync();
        _program = null;
    }

    /// <summary>haul get by this agent, which has to work.</summary>
    public async Task GetAsync(params string[] arguments) =>
        await RunAsync(["get", .. arguments]);

    /// <summary>haul by this agent, while it runs.</summary>
    public RunningProgram Start(params string[] arguments) =>
        RunningProgram.Start(new RunningProgram.Setting(_directory.Path, Environment: new Dictionary<string, string?> { ["HAUL_SOCKET"] = Socket }), HaulProgram.Path, arguments);

    /// <summary>haul by this agent, which has to work; what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        await using var haul = Start(arguments);
        var exit = await haul.WaitForExitAsync();
        Assert.True(exit == 0, $"haul {string.Join(' ', arguments)} gave {exit}: {haul.Errors.Text}\n{_program?.Errors.Text}");
        return haul.Output.Text;
    }

    /// <summary>Returns when so many contents are recorded on the shelf.</summary>
    public async Task ShelvedAsync(int count)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (!Directory.Exists(Shelf) || Directory.GetFiles(Shelf, "*.record").Length != count)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    /// <summary>What it logged in this life.</summary>
    public Task<string> LoggedAsync(string text) => _program!.WaitForLineAsync(_program.Errors, line => line.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
            await _program.DisposeAsync();
        _directory.Dispose();
    }
}
