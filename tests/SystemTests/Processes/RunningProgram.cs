using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Haul.SystemTests.Processes;

/// <summary>A real process with what it has written, which the test may wait for, ask to end, or kill.</summary>
sealed partial class RunningProgram : IAsyncDisposable
{
    const int SignalTerminate = 15;

    /// <summary>Long enough for any program of ours to answer on a busy machine; a wait beyond it is a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _process;

    RunningProgram(Process process) => _process = process;

    public ProgramOutput Output { get; } = new();

    public ProgramOutput Errors { get; } = new();

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Where and as whom a program is to run.</summary>
    /// <param name="Directory">The working directory; ours when null.</param>
    /// <param name="User">The user to run as, which only root may choose; ours when null.</param>
    /// <param name="Environment">Variables set over ours; a null value takes one away.</param>
    public sealed record Setting(
        string? Directory = null, string? User = null, IReadOnlyDictionary<string, string?>? Environment = null);

    public static RunningProgram Start(string program, params string[] arguments) => Start(new Setting(), program, arguments);

    public static RunningProgram Start(Setting setting, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = setting.Directory ?? "",
        };
        if (setting.User is not null)
            start.UserName = setting.User;
        foreach (var (name, value) in setting.Environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        var running = new RunningProgram(new Process { StartInfo = start });
        running.Begin();
        return running;
    }

    /// <summary>Runs a program to its end and gives it back with all it has written.</summary>
    public static async Task<RunningProgram> RunAsync(string program, params string[] arguments)
    {
        var running = Start(program, arguments);
        await running.WaitForExitAsync();
        return running;
    }

    /// <summary>The first line of the output that contains <paramref name="text"/>.</summary>
    public Task<string> WaitForLineAsync(string text, TimeSpan? deadline = null) =>
        WaitForLineAsync(Output, line => line.Contains(text, StringComparison.Ordinal), deadline);

    public async Task<string> WaitForLineAsync(ProgramOutput output, Predicate<string> isWanted, TimeSpan? deadline = null)
    {
        using var patience = new CancellationTokenSource(deadline ?? Patience, TimeProvider.System);
        try
        {
            return await output.FindAsync(isWanted, patience.Token)
                ?? throw new InvalidOperationException(Describe("ended without writing the line"));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException(Describe("did not write the line in time"));
        }
    }

    /// <summary>Waits until it has ended by itself, all output read, and gives the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? deadline = null)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline ?? Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(Describe("did not end in time"));
        }
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public async Task<int> KillAsync()
    {
        _process.Kill();
        return await WaitForExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM) and waits until it has.</summary>
    public async Task<int> TerminateAsync(TimeSpan? deadline = null)
    {
        Send(SignalTerminate);
        return await WaitForExitAsync(deadline);
    }

    /// <summary>Sends a signal by its number.</summary>
    public void Send(int signal)
    {
        if (!_process.HasExited && SendSignal(_process.Id, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    public void Write(string input)
    {
        _process.StandardInput.Write(input);
        _process.StandardInput.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await WaitForExitAsync();
        }
        _process.Dispose();
    }

    void Begin()
    {
        _process.OutputDataReceived += (_, line) => Output.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Errors.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    string Describe(string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} {what}.\n{Output.Text}\n{Errors.Text}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
