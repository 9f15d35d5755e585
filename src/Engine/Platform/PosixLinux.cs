using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>The calls that only Linux has, by number where the oldest supported glibc has no name for them.</summary>
/// <remarks>statx is used for its layout, which is the same on every architecture.</remarks>
[SupportedOSPlatform("linux")]
static unsafe partial class PosixLinux
{
    public const int CurrentDirectory = -100;
    const int SymlinkNoFollow = 0x100;
    const int EffectiveAccess = 0x200;
    const int SymlinkFollow = 0x400;
    const int EmptyPath = 0x1000;
    const int RenameNoReplace = 1;
    const int StatxBasic = 0x7FF;
    const int WriteAndSearch = 2 | 1;

    static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    static readonly nint StatxCall = IsArm ? 291 : 332;
    static readonly nint RenameAt2Call = IsArm ? 276 : 316;
    const nint FAccessAt2Call = 439;

    // These two differ by architecture, the others do not (asm/fcntl.h).
    public static readonly int OpenDirectory = IsArm ? 0x4000 : 0x10000;
    public static readonly int OpenNoFollow = IsArm ? 0x8000 : 0x20000;
    public const int OpenPath = 0x200000;

    public static Errno Stat(int directory, string name, bool follow, out PosixStat stat)
    {
        StatxBuffer buffer;
        var error = PosixErrors.Of(StatxByNumber(StatxCall, directory, name, follow ? 0 : SymlinkNoFollow, StatxBasic, &buffer));
        stat = error == Errno.None ? buffer.ToStat() : default;
        return error;
    }

    /// <summary>Sends bytes of a file over a socket as long as it takes them; what is left is in <paramref name="count"/>. EIO where the file ends before.</summary>
    public static Errno SendFile(SafeHandle socket, SafeFileHandle file, ref long offset, ref int count)
    {
        while (count > 0)
        {
            nint sent;
            fixed (long* at = &offset)
                sent = SendFile(socket, file, at, (nuint)count);
            if (sent <= 0)
                return sent == 0 ? Errno.EIO : PosixErrors.Last();
            count -= (int)sent;
        }
        return Errno.None;
    }

    public static Errno Stat(int fd, out PosixStat stat)
    {
        StatxBuffer buffer;
        var error = PosixErrors.Of(StatxByNumber(StatxCall, fd, "", EmptyPath, StatxBasic, &buffer));
        stat = error == Errno.None ? buffer.ToStat() : default;
        return error;
    }

    /// <summary>Gives an open file one more name, whatever became of those it had.</summary>
    public static Errno Link(SafeFileHandle file, string to) =>
        PosixErrors.Of(LinkAt(CurrentDirectory, $"/proc/self/fd/{file.DangerousGetHandle()}", CurrentDirectory, to, SymlinkFollow));

    /// <summary>Has the system copy bytes of a file, or share them where the file system can; moves the offset.</summary>
    public static Errno Copy(SafeFileHandle from, SafeFileHandle to, ref long offset, int count)
    {
        var (source, target) = (offset, offset);
        var copied = CopyFileRange(from, &source, to, &target, (nuint)count, 0);
        if (copied <= 0)
            return copied == 0 ? Errno.EIO : PosixErrors.Last();
        offset += copied;
        return Errno.None;
    }

    public static Errno RenameExclusive(string from, string to) =>
        PosixErrors.Of(RenameAt2ByNumber(RenameAt2Call, CurrentDirectory, from, CurrentDirectory, to, RenameNoReplace));

    /// <summary>Whether files may be made in a directory by whoever this thread acts as.</summary>
    /// <remarks>
    /// Asked of the kernel by number: with AT_EACCESS it judges by fsuid, while access(2), and the C library's faccessat before
    /// the kernel had flags, judge by the real uid of the process, which <see cref="ActingAs"/> does not change.
    /// </remarks>
    public static Errno MayWriteIn(string directory) =>
        PosixErrors.Of(FAccessAt2ByNumber(FAccessAt2Call, CurrentDirectory, directory, WriteAndSearch, EffectiveAccess));

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int fromDirectory, string from, int toDirectory, string to, int flags);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyFileRange(SafeFileHandle from, long* fromOffset, SafeFileHandle to, long* toOffset, nuint count, uint flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFile(SafeHandle to, SafeFileHandle from, long* offset, nuint count);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int FAllocate(SafeFileHandle fd, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FStatFs(SafeFileHandle fd, StatFsBuffer* buffer);

    /// <summary>The kind of file system that a file is on (statfs(2), f_type); 0 where it does not tell.</summary>
    public static long FileSystemOf(SafeFileHandle file)
    {
        StatFsBuffer buffer;
        return FStatFs(file, &buffer) == 0 ? buffer.Type : 0;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FDataSync(SafeFileHandle fd);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint StatxByNumber(nint number, nint directory, string path, nint flags, nint mask, StatxBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RenameAt2ByNumber(nint number, nint fromDirectory, string from, nint toDirectory, string to, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FAccessAt2ByNumber(nint number, nint directory, string path, nint mode, nint flags);

    /// <summary>struct statfs (sys/vfs.h) of 64-bit systems, the field that is read here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct StatFsBuffer
    {
        [FieldOffset(0)] public long Type;
    }

    /// <summary>struct statx (linux/stat.h), the fields that are read here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct StatxBuffer
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint Uid;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;

        public readonly PosixStat ToStat() => new(new FileIdentity(((ulong)DeviceMajor << 32) | DeviceMinor, Inode), Mode, Uid, (long)Size)
        {
            ModifiedAt = ModifiedSeconds * 1_000_000_000 + ModifiedNanoseconds,
            ChangedAt = ChangedSeconds * 1_000_000_000 + ChangedNanoseconds,
            Links = Links,
        };
    }
}
