using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Cli;

/// <summary>A place to run haul in: a directory of its own, an origin, no agent, and nothing of the user's.</summary>
sealed class CliRig : IAsyncDisposable
{
    readonly TempDirectory _directory = new();

    public FaultyOrigin Origin { get; } = FaultyOrigin.Start();

    /// <summary>Where the commands are given.</summary>
    public string Work => _directory.Subdirectory("work");

    public string State => _directory.File("state");

    public string Socket => _directory.File("agent.sock");

    /// <summary>Variables for the next runs, over those of the rig.</summary>
    public Dictionary<string, string?> Variables { get; } = new() { ["NO_COLOR"] = null };

    public RunningProgram.Setting Setting => new(Work, Environment: new Dictionary<string, string?>(Variables)
    {
        ["XDG_STATE_HOME"] = State,
        ["HAUL_SOCKET"] = Socket,
        ["HOME"] = _directory.Path,
        ["http_proxy"] = null,
        ["https_proxy"] = null,
    });

    public string Target(string name) => Path.Combine(Work, name);

    /// <summary>State directories of gets.</summary>
    public string[] Gets() => Directory.Exists(Path.Combine(State, "haul", "get")) ? Directory.GetDirectories(Path.Combine(State, "haul", "get")) : [];

    /// <summary>Temporary files beside the targets.</summary>
    public string[] Temporaries() => Directory.GetFiles(Work, ".haul-*", SearchOption.AllDirectories);

    public string Url(string path) => Origin.UrlOf(path).AbsoluteUri;

    public RunningProgram Start(params string[] arguments) => RunningProgram.Start(Setting, HaulProgram.Path, arguments);

    /// <summary>Runs haul to its end.</summary>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        await using var haul = Start(arguments);
        return await EndAsync(haul);
    }

    /// <summary>Runs a line of shell in which $HAUL is the program.</summary>
    public async Task<CliResult> ShellAsync(string line, string shell = "bash")
    {
        Variables["HAUL"] = HaulProgram.Path;
        await using var running = RunningProgram.Start(Setting, shell, "-c", line);
        return await EndAsync(running);
    }

    public static async Task<CliResult> EndAsync(RunningProgram running)
    {
        var exit = await running.WaitForExitAsync();
        return new CliResult(exit, running.Output.Text, running.Errors.Text);
    }

    public async ValueTask DisposeAsync()
    {
        await Origin.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>What a run of haul came to.</summary>
sealed record CliResult(int Exit, string Out, string Error);
