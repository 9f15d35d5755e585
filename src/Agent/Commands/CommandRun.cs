using System.Runtime.Versioning;
using Haul.Engine.Platform;

namespace Haul.Agent.Commands;

/// <summary>One command from its start to its end, on a thread of its own.</summary>
/// <remarks>The thread lives as long as the command, which ends with it: the kernel sees to that even where the agent is killed.</remarks>
/// <param name="words">The program that is started, and what it is told.</param>
/// <param name="environment">Its variables, as NAME=VALUE.</param>
/// <param name="limits">What it may take.</param>
/// <param name="output">What becomes of what it writes.</param>
[SupportedOSPlatform("linux")]
sealed class CommandRun(IReadOnlyList<string> words, IReadOnlyList<string> environment, CommandLimits limits, CommandOutput output)
{
    /// <summary>A pipe holds this much (pipe(7)), so what it wrote before its end is read, and no more.</summary>
    const int PipeBytes = 64 << 10;

    /// <summary>How often one that does not die is killed again.</summary>
    static readonly TimeSpan KillAgainAfter = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly TaskCompletionSource<CommandEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ChildProcess? _child;
    bool _isTold;
    bool _isOver;

    /// <summary>A signal could not be sent; why not.</summary>
    public Errno SignalError { get; private set; }

    /// <summary>Starts it; completes when it has ended and all that it left running has been killed.</summary>
    public Task<CommandEnd> RunAsync()
    {
        new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = "command" }.Start();
        return _ended.Task;
    }

    /// <summary>Asks it to end, or kills it, whether it was started already or not.</summary>
    public void Stop(bool isKill)
    {
        lock (_gate)
        {
            _isTold = true;
            Signal_NeedsLock(isKill);
        }
    }

    void Signal_NeedsLock(bool isKill)
    {
        if (_child?.Signal(isKill ? ProcessNative.Kill : ProcessNative.Terminate) is { } error and not (Errno.None or Errno.ESRCH))
            SignalError = error;
    }

    void Run()
    {
        try
        {
            _ended.SetResult(RunToEnd());
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }

    CommandEnd RunToEnd()
    {
        if (Start(out var child) is not Errno.None and var error)
            return new CommandEnd(default, IsEnded: false, error);
        using (child)
        {
            var buffer = new byte[PipeBytes];
            Watch(child!, buffer);
            var end = child!.Reap();
            // What it wrote last is still there; whoever else has the pipe is not listened to any longer.
            for (int count, left = PipeBytes; left > 0 && (count = child.Wait(buffer, TimeSpan.Zero)) > 0; left -= count)
                output.Take(buffer.AsSpan(0, count));
            output.End();
            lock (_gate)
            {
                _child = null;
                return new CommandEnd(end, IsEnded: _isTold || _isOver, Errno.None);
            }
        }
    }

    Errno Start(out ChildProcess? child)
    {
        // Inside, so that one who stops it finds it.
        lock (_gate)
        {
            child = null;
            if (_isTold)
                return Errno.EINTR;
            var error = ChildProcess.Start(words, environment, out child);
            _child = child;
            return error;
        }
    }

    /// <summary>Reads what it writes until it has ended, and ends it when its time is over.</summary>
    void Watch(ChildProcess child, byte[] buffer)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var until = limits.TimeLimit;
        while (!child.HasEnded)
        {
            var left = until - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                until = time.GetElapsedTime(started) + (_isOver ? KillAgainAfter : limits.Grace);
                lock (_gate)
                    Signal_NeedsLock(isKill: _isOver);
                _isOver = true;
                continue;
            }
            var count = child.Wait(buffer, left);
            output.Take(buffer.AsSpan(0, count));
        }
    }
}

/// <summary>What became of a command.</summary>
/// <param name="Child">How its process ended.</param>
/// <param name="IsEnded">It was asked to end: its time was over, or the agent stops.</param>
/// <param name="StartError">Why it was not started.</param>
readonly record struct CommandEnd(ChildEnd Child, bool IsEnded, Errno StartError)
{
    /// <summary>It did what it was to do.</summary>
    public bool IsGood => !IsEnded && StartError == Errno.None && Child.ExitCode == 0;

    /// <summary>The rest of a sentence about it.</summary>
    public override string ToString() => StartError != Errno.None ? $"could not be started ({StartError})"
        : IsEnded ? "did not end within its time"
        : Child.ExitCode is { } code ? $"ended with {code}"
        : Child.Signal is { } signal ? $"was ended by signal {signal}" : "ended somehow";
}
