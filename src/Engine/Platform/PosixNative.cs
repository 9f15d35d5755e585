using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>The libc calls that Linux and macOS share, as they are.</summary>
static unsafe partial class PosixNative
{
    /// <summary>open(2) takes its mode as a variadic argument, which macOS on arm64 reads from the stack behind eight registers;
    /// the mode therefore stands in every place where any of the systems may look for it.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenEverywhere(
        string path, int flags, nint mode, nint mode3, nint mode4, nint mode5, nint mode6, nint mode7, nint modeOnStack);

    public static int Open(string path, int flags, int mode) => OpenEverywhere(path, flags, mode, mode, mode, mode, mode, mode, mode);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint PWrite(SafeFileHandle fd, byte* bytes, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint PRead(SafeFileHandle fd, byte* bytes, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int FTruncate(SafeFileHandle fd, long length);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int FChmod(int fd, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int FChmod(SafeFileHandle fd, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int FChown(SafeFileHandle fd, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int FLock(SafeFileHandle fd, int operation);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string existing, string added);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int directory, string name, int flags);

    /// <summary>Fills two numbers: the limit now, and how far it may be raised.</summary>
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetRLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEUid();

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint GetEGid();

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    public static partial int GetPwUid(uint uid, byte* record, byte* text, nuint textLength, byte** found);

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetPwName(string name, byte* record, byte* text, nuint textLength, byte** found);
}
