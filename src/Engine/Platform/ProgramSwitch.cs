using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>Makes this process another user's, and then another program. For a process that was started for nothing else.</summary>
[SupportedOSPlatform("linux")]
static unsafe partial class ProgramSwitch
{
    const int FirstOther = 3;
    const int CloseOnExecFlag = 4;
    const int SetFdFlags = 2;
    const int CloseOnExecOfFd = 1;
    const int ParentDeathSignal = 1;
    const int AmbientRights = 47;
    const int ClearAll = 4;
    const uint RightsVersion = 0x20080522;

    static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Becomes the program, in the directory /, with standard input, output and errors and no other descriptor. Returns only when it could not.</summary>
    /// <param name="parent">Who started this process: when that ends, so does the program.</param>
    /// <param name="user">As whom it is to run; null for as we do.</param>
    /// <param name="words">The program's path, then what it is told.</param>
    /// <param name="environment">All of its variables, as NAME=VALUE.</param>
    public static Errno Execute(int parent, (uint Uid, uint Gid, uint[] Groups)? user, IReadOnlyList<string> words, IReadOnlyList<string> environment)
    {
        // All that needs the runtime's files comes first: the user may not be allowed to read them.
        using var nativeWords = new NativeWords(words);
        using var nativeEnvironment = new NativeWords(environment);
        if (ChangeDirectory("/") != 0)
            return PosixErrors.Last();
        HideDescriptors();
        // The runtime ignores it, and what is ignored stays so across exec.
        _ = ProcessNative.SetAction(ProcessNative.BrokenPipe, 0);
        if (user is { } other && !Become(other.Uid, other.Gid, other.Groups))
            return Errno.EPERM;
        // Behind the change of user, which takes it back.
        _ = Control(ParentDeathSignal, ProcessNative.Kill, 0, 0, 0);
        return ParentId() == parent ? PosixErrors.Of(Exec(words[0], nativeWords.First, nativeEnvironment.First)) : Errno.ESRCH;
    }

    /// <summary>Takes on a user's groups and numbers for good, with none of root's rights left. False where the kernel refuses any of it.</summary>
    static bool Become(uint uid, uint gid, uint[] groups)
    {
        fixed (uint* first = groups)
        {
            if (SetGroups((nuint)groups.Length, first) != 0 || SetResGid(gid, gid, gid) != 0 || SetResUid(uid, uid, uid) != 0)
                return false;
        }
        _ = Control(AmbientRights, ClearAll, 0, 0, 0);
        // A header that names this thread, and six empty words of rights.
        var header = stackalloc uint[2] { RightsVersion, 0 };
        var none = stackalloc uint[6];
        new Span<uint>(none, 6).Clear();
        return SetRightsByNumber(IsArm ? 91 : 126, header, none) == 0 && PosixNative.GetEUid() == uid && PosixNative.GetEGid() == gid && (uid == 0 || SetResUid(0, 0, 0) != 0);
    }

    /// <summary>Has every descriptor but the first three closed by exec, whoever opened it.</summary>
    static void HideDescriptors()
    {
        if (ProcessNative.CloseRange(FirstOther, uint.MaxValue, CloseOnExecFlag))
            return;
        foreach (var path in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (int.Parse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture) is >= FirstOther and var fd)
                _ = ProcessNative.SetFdFlags(fd, SetFdFlags, CloseOnExecOfFd);
        }
    }

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetResGid(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetResUid(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SetRightsByNumber(nint number, uint* header, uint* rights);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeDirectory(string path);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Exec(string path, nint* words, nint* environment);
}
