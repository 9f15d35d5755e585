using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>Operations on paths, the same for Linux and macOS, with an <see cref="Errno"/> as outcome.</summary>
/// <remarks>Nothing here makes managed objects, so that all of it may be called inside <see cref="ActingAs"/>.</remarks>
[UnsupportedOSPlatform("windows")]
static class Posix
{
    const int ReadWrite = 2;
    const int OwnerOnly = 0b110_000_000;

    static readonly bool IsLinux = OperatingSystem.IsLinux();
    static readonly int Create = IsLinux ? 0x40 : 0x200;
    static readonly int Exclusive = IsLinux ? 0x80 : 0x800;
    static readonly int CloseOnExec = IsLinux ? 0x80000 : 0x1000000;
    static readonly int NonBlocking = IsLinux ? 0x800 : 0x4;
    static readonly int NoFollow = OperatingSystem.IsLinux() ? PosixLinux.OpenNoFollow : 0x100;

    // A directory handle on Linux needs no right to list; macOS has no such handle that every version knows.
    static readonly int Directory = OperatingSystem.IsLinux() ? PosixLinux.OpenDirectory | PosixLinux.OpenPath : 0x100000;
    static readonly int CurrentDirectory = IsLinux ? -100 : -2;

    /// <summary>Makes a file that must not exist yet. A symbolic link of that name counts as existing.</summary>
    public static Errno CreateExclusive(string path, uint mode, out int fd, out PosixStat stat)
    {
        var error = OpenKnown(path, ReadWrite | Create | Exclusive | NoFollow | CloseOnExec, mode, out fd, out stat);

        // The umask of the process took bits away. A file system without modes (vfat, some network mounts) refuses to change
        // them; what its mount options say holds there, and the file is good.
        if (error == Errno.None && stat.Permissions != mode)
            _ = PosixNative.FChmod(fd, mode);
        return error;
    }

    /// <summary>Opens a file for reading and writing; neither follows a link in the last place nor waits at a pipe.</summary>
    public static Errno OpenExisting(string path, out int fd, out PosixStat stat) =>
        OpenKnown(path, ReadWrite | NoFollow | NonBlocking | CloseOnExec, 0, out fd, out stat);

    /// <summary>Opens a file for reading alone; neither follows a link in the last place nor waits at a pipe.</summary>
    public static Errno OpenToRead(string path, out int fd, out PosixStat stat) =>
        OpenKnown(path, NoFollow | NonBlocking | CloseOnExec, 0, out fd, out stat);

    /// <summary>Opens an open file once more, for reading alone.</summary>
    public static Errno OpenAgain(SafeFileHandle file, out int fd, out PosixStat stat) =>
        OpenKnown($"{(IsLinux ? "/proc/self/fd" : "/dev/fd")}/{file.DangerousGetHandle()}", NonBlocking | CloseOnExec, 0, out fd, out stat);

    /// <summary>Opens a file of the agent's own, making it where it is missing.</summary>
    public static Errno OpenOwn(string path, out int fd) =>
        Open(path, ReadWrite | Create | NoFollow | CloseOnExec, OwnerOnly, out fd);

    /// <summary>A handle of a directory, to name files in it whatever happens to the directory's own name meanwhile.</summary>
    public static Errno OpenDirectory(string path, out int fd) => Open(path, Directory | CloseOnExec, 0, out fd);

    /// <summary>What stands under a path; a link in the last place is itself the answer.</summary>
    public static Errno Stat(string path, out PosixStat stat) => StatAt(CurrentDirectory, path, follow: false, out stat);

    /// <summary>What a path leads to.</summary>
    public static Errno StatFollowing(string path, out PosixStat stat) => StatAt(CurrentDirectory, path, follow: true, out stat);

    public static Errno StatAt(int directory, string name, bool follow, out PosixStat stat) => OperatingSystem.IsLinux()
        ? PosixLinux.Stat(directory, name, follow, out stat)
        : OperatingSystem.IsMacOS() ? PosixMac.Stat(directory, name, follow, out stat) : throw new PlatformNotSupportedException();

    public static Errno Stat(int fd, out PosixStat stat) => OperatingSystem.IsLinux()
        ? PosixLinux.Stat(fd, out stat)
        : OperatingSystem.IsMacOS() ? PosixMac.Stat(fd, out stat) : throw new PlatformNotSupportedException();

    public static Errno Unlink(string path) => UnlinkAt(CurrentDirectory, path);

    public static Errno UnlinkAt(int directory, string name) => PosixErrors.Of(PosixNative.UnlinkAt(directory, name, 0));

    /// <summary>Whether files may be made in a directory, by the kernel's word where it has one, else by making one.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="probe">A path in it that nobody uses.</param>
    public static Errno MayWriteIn(string directory, string probe)
    {
        var error = OperatingSystem.IsLinux() ? PosixLinux.MayWriteIn(directory)
            : OperatingSystem.IsMacOS() ? PosixMac.MayWriteIn(directory) : throw new PlatformNotSupportedException();
        // ENOSYS: a kernel before 5.8. EPERM: a container's filter that does not know the call, or a directory made immutable.
        return error is Errno.ENOSYS or Errno.EPERM ? Probe(probe) : error;
    }

    /// <summary>Makes and removes an empty file.</summary>
    public static Errno Probe(string path)
    {
        var error = Reserve(path);
        return error == Errno.None ? Unlink(path) : error;
    }

    /// <summary>Takes a name with an empty file.</summary>
    public static Errno Reserve(string path)
    {
        var error = Open(path, ReadWrite | Create | Exclusive | NoFollow | CloseOnExec, OwnerOnly, out var fd);
        if (error == Errno.None)
            Close(fd);
        return error;
    }

    public static Errno Rename(string from, string to) => PosixErrors.Of(PosixNative.Rename(from, to));

    /// <summary>Renames only where nothing stands under the new name; EINVAL where the file system cannot do so.</summary>
    public static Errno RenameExclusive(string from, string to) => OperatingSystem.IsLinux()
        ? PosixLinux.RenameExclusive(from, to)
        : OperatingSystem.IsMacOS() ? PosixMac.RenameExclusive(from, to) : throw new PlatformNotSupportedException();

    public static Errno Link(string existing, string added) => PosixErrors.Of(PosixNative.Link(existing, added));

    /// <summary>Sets a file's length and takes the space where the file system can; on failure the length is as before.</summary>
    public static Errno SetLength(SafeFileHandle file, long before, long length)
    {
        if (length <= before)
            return Truncate(file, length);

        var error = OperatingSystem.IsLinux() ? TakeSpace(file, length) : Errno.EOPNOTSUPP;
        if (error is Errno.EOPNOTSUPP or Errno.ENOSYS)
            error = Truncate(file, length);
        if (error != Errno.None)
            _ = Truncate(file, before);
        return error;
    }

    /// <summary>Waits until what was written stands on the device.</summary>
    public static Errno Flush(SafeFileHandle file) => OperatingSystem.IsLinux()
        ? PosixErrors.Of(PosixLinux.FDataSync(file))
        : OperatingSystem.IsMacOS() ? PosixMac.FlushToDevice(file) : throw new PlatformNotSupportedException();

    [SupportedOSPlatform("linux")]
    static Errno TakeSpace(SafeFileHandle file, long length)
    {
        Errno error;
        do
            error = PosixErrors.Of(PosixLinux.FAllocate(file, 0, 0, length));
        while (error == Errno.EINTR);
        return error;
    }

    static Errno Truncate(SafeFileHandle file, long length)
    {
        Errno error;
        do
            error = PosixErrors.Of(PosixNative.FTruncate(file, length));
        while (error == Errno.EINTR);
        return error;
    }

    /// <summary>How many more files this process may open: RLIMIT_NOFILE (7 on Linux, 8 on macOS) less what is open. Windows has no such limit.</summary>
    public static unsafe long FilesLeft
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return long.MaxValue;
            var limits = stackalloc ulong[2];
            var max = PosixNative.GetRLimit(IsLinux ? 7 : 8, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : 1024;
            return max - System.IO.Directory.GetFileSystemEntries("/dev/fd").Length;
        }
    }

    public static void Close(int fd) => _ = PosixNative.Close(fd);

    /// <summary>A handle that closes the descriptor.</summary>
    public static SafeFileHandle Own(int fd) => new(fd, ownsHandle: true);

    static Errno OpenKnown(string path, int flags, uint mode, out int fd, out PosixStat stat)
    {
        stat = default;
        var error = Open(path, flags, (int)mode, out fd);
        if (error != Errno.None)
            return error;

        error = Stat(fd, out stat);
        if (error != Errno.None)
            Close(fd);
        return error;
    }

    static Errno Open(string path, int flags, int mode, out int fd)
    {
        Errno error;
        do
        {
            fd = PosixNative.Open(path, flags, mode);
            error = PosixErrors.Of(fd);
        }
        while (error == Errno.EINTR);

        return error;
    }
}
