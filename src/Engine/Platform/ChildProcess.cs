using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>A program that this process started: in a session of its own, reading nothing, with one pipe for all that it writes.</summary>
/// <remarks>
/// Used by the thread that started it, which stays as long as it runs; <see cref="Signal"/> is for any thread. It is reaped last, so that
/// its number names its process group, and nobody else's, whenever that is sent a signal.
/// </remarks>
[SupportedOSPlatform("linux")]
sealed unsafe class ChildProcess : IDisposable
{
    // More than the structures of any C library here take.
    const int SpawnBytes = 1024;

    const short SetSignalDefaults = 0x04;
    const short SetSignalMask = 0x08;
    const short SetSession = 0x80;

    const int ByProcess = 1;
    const int AtOnce = 1;
    const int ForItsEnd = 4;
    const int LeaveIt = 0x1000000;

    /// <summary>How often its end is looked for where the kernel cannot be waited on for it, in milliseconds.</summary>
    const int TickMs = 100;

    readonly Lock _gate = new();
    readonly int _output;
    readonly int _end;
    bool _isSilent;
    bool _isReaped;

    ChildProcess(int id, int output) => (Id, _output, _end) = (id, output, ProcessNative.OpenPidFd(id));

    /// <summary>Its number, and that of its session and process group.</summary>
    public int Id { get; }

    /// <summary>Starts a program; it has all signals at their defaults and what of our descriptors is open across exec.</summary>
    /// <param name="words">The program's path, then what it is told.</param>
    /// <param name="environment">Its variables, as NAME=VALUE.</param>
    /// <param name="child">The process.</param>
    public static Errno Start(IReadOnlyList<string> words, IReadOnlyList<string> environment, out ChildProcess? child)
    {
        child = null;
        // Whoever started us may have left it so; then no child could be waited for.
        if (ProcessNative.IsIgnored(ProcessNative.ChildEnded))
            _ = ProcessNative.SetAction(ProcessNative.ChildEnded, 0);
        var pipe = stackalloc int[2];
        var error = PosixErrors.Of(ProcessNative.Pipe(pipe, ProcessNative.CloseOnExec));
        if (error != Errno.None)
            return error;
        error = Spawn(words, environment, pipe[1], out var id);
        Posix.Close(pipe[1]);
        if (error == Errno.None)
            child = new ChildProcess(id, pipe[0]);
        else
            Posix.Close(pipe[0]);
        return error;
    }

    static Errno Spawn(IReadOnlyList<string> words, IReadOnlyList<string> environment, int output, out int id)
    {
        byte* attributes = stackalloc byte[SpawnBytes], actions = stackalloc byte[SpawnBytes], none = stackalloc byte[SpawnBytes], all = stackalloc byte[SpawnBytes];
        new Span<byte>(none, SpawnBytes).Clear();
        new Span<byte>(all, SpawnBytes).Fill(0xFF);
        _ = ProcessNative.InitAttributes(attributes);
        _ = ProcessNative.InitActions(actions);
        var code = ProcessNative.SetFlags(attributes, SetSession | SetSignalMask | SetSignalDefaults)
            | ProcessNative.SetBlocked(attributes, none)
            | ProcessNative.SetDefault(attributes, all)
            | ProcessNative.AddOpen(actions, 0, "/dev/null", 0, 0)
            | ProcessNative.AddDuplicate(actions, output, 1)
            | ProcessNative.AddDuplicate(actions, output, 2);
        using var nativeWords = new NativeWords(words);
        using var nativeEnvironment = new NativeWords(environment);
        int started = 0;
        if (code == 0)
            code = ProcessNative.Spawn(&started, words[0], actions, attributes, nativeWords.First, nativeEnvironment.First);
        _ = ProcessNative.DestroyActions(actions);
        _ = ProcessNative.DestroyAttributes(attributes);
        id = started;
        return (Errno)code;
    }

    /// <summary>It has ended, though others of its group may go on.</summary>
    public bool HasEnded => Look(AtOnce | ForItsEnd | LeaveIt, out _);

    /// <summary>Waits until it writes, ends, or the time is over; gives the number of bytes that it wrote.</summary>
    public int Wait(Span<byte> bytes, TimeSpan atMost)
    {
        var files = stackalloc ProcessNative.PollFile[2];
        files[0] = new ProcessNative.PollFile { Fd = _isSilent ? -1 : _output, Asked = ProcessNative.PollFile.Readable };
        files[1] = new ProcessNative.PollFile { Fd = _end, Asked = ProcessNative.PollFile.Readable };
        var most = (int)Math.Clamp(Math.Ceiling(atMost.TotalMilliseconds), 0, _end < 0 ? TickMs : int.MaxValue);
        return ProcessNative.Poll(files, 2, most) > 0 && files[0].Happened != 0 ? Read(bytes) : 0;
    }

    int Read(Span<byte> bytes)
    {
        nint count;
        fixed (byte* first = bytes)
            count = ProcessNative.Read(_output, first, (nuint)bytes.Length);
        _isSilent = count == 0 || (count < 0 && PosixErrors.Last() != Errno.EINTR);
        return (int)Math.Max(0, count);
    }

    /// <summary>Sends a signal to it and all that it started and that stayed in its group.</summary>
    public Errno Signal(int signal)
    {
        lock (_gate)
            return _isReaped ? Errno.None : PosixErrors.Of(ProcessNative.Signal(-Id, signal));
    }

    /// <summary>Kills what it left running, and takes its end off the system. For one that has ended.</summary>
    public ChildEnd Reap()
    {
        Signal(ProcessNative.Kill);
        lock (_gate)
        {
            _isReaped = true;
            return Look(ForItsEnd, out var end) ? end : default;
        }
    }

    /// <summary>Asks the kernel; a process that somebody else has reaped has ended somehow.</summary>
    bool Look(int options, out ChildEnd end)
    {
        ProcessNative.EndedProcess found = default;
        Errno error;
        do
            error = PosixErrors.Of(ProcessNative.WaitId(ByProcess, (uint)Id, &found, options));
        while (error == Errno.EINTR);
        end = found.Process == 0 ? default : found.Code == ProcessNative.EndedProcess.Exited ? new ChildEnd(found.Status, null) : new ChildEnd(null, found.Status);
        return found.Process != 0 || error != Errno.None;
    }

    public void Dispose()
    {
        Posix.Close(_output);
        if (_end >= 0)
            Posix.Close(_end);
    }
}

/// <summary>How a process ended: with a code, by a signal, or nobody knows.</summary>
/// <param name="ExitCode">What it returned.</param>
/// <param name="Signal">What killed it.</param>
readonly record struct ChildEnd(int? ExitCode, int? Signal);
