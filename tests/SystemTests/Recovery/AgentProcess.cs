using Haul.Client;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Recovery;

/// <summary>A real agent in a process of its own, which may be killed and started again over the same state.</summary>
sealed class AgentProcess : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    RunningProgram _program;

    public AgentProcess() => _program = Start();

    public string Socket => _directory.File("agent.sock");

    public string Target(string name) => _directory.File(name);

    public string Database => System.IO.Path.Combine(_directory.File("state"), "jobs.db");

    /// <summary>Temporary files of jobs that still lie beside their targets.</summary>
    public string[] Temporaries() => Directory.GetFiles(_directory.Path, ".haul-*");

    /// <summary>Connects as soon as the agent answers.</summary>
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
                Assert.False(_program.HasExited, $"The agent ended: {string.Join('\n', _program.Errors)}");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
            }
        }
    }

    /// <summary>kill -9, and another agent at once.</summary>
    public async Task KillAndStartAsync()
    {
        await _program.KillAsync();
        await _program.DisposeAsync();
        _program = Start();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public Task<int> TerminateAsync() => _program.TerminateAsync();

    public void StartAgain() => _program = Start();

    RunningProgram Start() => RunningProgram.Start(HaulProgram.Path, "agent", "--socket", Socket, "--state", _directory.Subdirectory("state"));

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _directory.Dispose();
    }
}
