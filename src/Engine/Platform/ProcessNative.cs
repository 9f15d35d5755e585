using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>The calls with which Linux starts, watches and ends processes, as they are.</summary>
[SupportedOSPlatform("linux")]
static unsafe partial class ProcessNative
{
    public const int Terminate = 15;
    public const int Kill = 9;
    public const int BrokenPipe = 13;
    public const int ChildEnded = 17;
    public const int CloseOnExec = 0x80000;

    // The same on x86-64 and arm64; glibc names the first since 2.36 only, the second since 2.34.
    const nint PidFdOpenCall = 434;
    const nint CloseRangeCall = 436;

    /// <summary>Gives the number of an error, and not -1.</summary>
    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(int* process, string path, byte* actions, byte* attributes, nint* words, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetBlocked(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(byte* actions, int fd, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(byte* actions, int fd, int asFd);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFile* files, nuint count, int milliseconds);

    /// <param name="kind">1: a process by its number.</param>
    /// <param name="id">The number.</param>
    /// <param name="end">How it ended; left alone while it runs.</param>
    /// <param name="options">1: do not wait; 4: for its end; 0x1000000: leave it to be asked again.</param>
    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int kind, uint id, EndedProcess* end, int options);

    /// <summary>A negative number names a process group.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);

    /// <summary>Whether a signal is ignored; where it is that of ended children (17), the kernel keeps none to be asked for.</summary>
    public static bool IsIgnored(int signal)
    {
        // struct sigaction begins with the handler, and 1 stands for none; it is no longer than this in any C library here.
        var action = stackalloc nint[32];
        return GetAction(signal, null, action) == 0 && action[0] == 1;
    }

    /// <summary>Sets what a signal does; 0 for the usual.</summary>
    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int GetAction(int signal, nint* next, nint* now);

    /// <summary>A descriptor that is readable once the process has ended; -1 before Linux 5.3.</summary>
    public static int OpenPidFd(int process) => (int)ByNumber(PidFdOpenCall, process, 0, 0);

    /// <summary>Sets flags on descriptors (4: close on exec); fails before Linux 5.11.</summary>
    public static bool CloseRange(uint first, uint last, int flags) => ByNumber(CloseRangeCall, (nint)first, (nint)last, flags) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int SetFdFlags(int fd, int command, nint flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint ByNumber(nint number, nint first, nint second, nint third);

    /// <summary>struct pollfd (poll.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollFile
    {
        public const short Readable = 1;

        public int Fd;
        public short Asked;
        public short Happened;
    }

    /// <summary>siginfo_t as waitid fills it on machines of 64 bits (asm-generic/siginfo.h).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct EndedProcess
    {
        public const int Exited = 1;

        [FieldOffset(8)] public int Code;
        [FieldOffset(16)] public int Process;
        [FieldOffset(24)] public int Status;
    }
}
