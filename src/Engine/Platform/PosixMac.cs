using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>The calls that only macOS has, or has under another name or number.</summary>
[SupportedOSPlatform("macos")]
static unsafe partial class PosixMac
{
    public const int CurrentDirectory = -2;
    const int SymlinkNoFollow = 0x20;
    const int EffectiveAccess = 0x10;
    const int WriteAndSearch = 2 | 1;
    const uint RenameExcl = 4;
    const int FullFSync = 51;

    public static Errno Stat(int directory, string name, bool follow, out PosixStat stat)
    {
        StatBuffer buffer;
        var flags = follow ? 0 : SymlinkNoFollow;
        var error = PosixErrors.Of(IsArm ? FStatAt(directory, name, &buffer, flags) : FStatAtIntel(directory, name, &buffer, flags));
        stat = error == Errno.None ? buffer.ToStat() : default;
        return error;
    }

    public static Errno Stat(int fd, out PosixStat stat)
    {
        StatBuffer buffer;
        var error = PosixErrors.Of(IsArm ? FStat(fd, &buffer) : FStatIntel(fd, &buffer));
        stat = error == Errno.None ? buffer.ToStat() : default;
        return error;
    }

    public static Errno RenameExclusive(string from, string to) => PosixErrors.Of(RenameX(from, to, RenameExcl));

    public static Errno MayWriteIn(string directory) =>
        PosixErrors.Of(FAccessAt(CurrentDirectory, directory, WriteAndSearch, EffectiveAccess));

    /// <summary>Asks the device to empty its own cache too, which fsync(2) on macOS does not.</summary>
    public static Errno FlushToDevice(SafeFileHandle fd)
    {
        var error = PosixErrors.Of(FControl(fd, FullFSync));
        return error is Errno.EOPNOTSUPP or Errno.EINVAL ? PosixErrors.Of(FSync(fd)) : error;
    }

    static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [LibraryImport("libc", EntryPoint = "fstatat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FStatAt(int directory, string name, StatBuffer* buffer, int flags);

    // On Intel the plain names are those of the old layout with 32-bit inodes.
    [LibraryImport("libc", EntryPoint = "fstatat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FStatAtIntel(int directory, string name, StatBuffer* buffer, int flags);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int FStat(int fd, StatBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FStatIntel(int fd, StatBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameX(string from, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FAccessAt(int directory, string path, int mode, int flags);

    // Without a variadic argument: this command has none.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FControl(SafeFileHandle fd, int command);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle fd);

    [LibraryImport("libc", EntryPoint = "getpeereid", SetLastError = true)]
    public static partial int GetPeerEid(int socket, out uint uid, out uint gid);

    /// <summary>struct stat with 64-bit inodes (sys/stat.h), the fields that are read here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    struct StatBuffer
    {
        [FieldOffset(0)] public int Device;
        [FieldOffset(4)] public ushort Mode;
        [FieldOffset(6)] public ushort Links;
        [FieldOffset(8)] public ulong Inode;
        [FieldOffset(16)] public uint Uid;
        [FieldOffset(48)] public long ModifiedSeconds;
        [FieldOffset(56)] public long ModifiedNanoseconds;
        [FieldOffset(64)] public long ChangedSeconds;
        [FieldOffset(72)] public long ChangedNanoseconds;
        [FieldOffset(96)] public long Size;

        public readonly PosixStat ToStat() => new(new FileIdentity((uint)Device, Inode), Mode, Uid, Size)
        {
            ModifiedAt = ModifiedSeconds * 1_000_000_000 + ModifiedNanoseconds,
            ChangedAt = ChangedSeconds * 1_000_000_000 + ChangedNanoseconds,
            Links = Links,
        };
    }
}
