using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>Tells volumes apart that came one after the other under one number, as a disk that was pulled out and put back.</summary>
[UnsupportedOSPlatform("windows")]
static class PosixVolume
{
    // statfs(2). Of these it is known that the time of a file's last change cannot be set, and that their bytes are on this machine.
    const long Ext = 0xEF53;
    const long Xfs = 0x58465342;
    const long F2fs = 0xF2F52010;
    const long Tmpfs = 0x01021994;

    /// <summary>The number of the attachment of a file's volume, never given again while the system runs; null where nothing tells.</summary>
    public static ulong? AttachmentOf(SafeFileHandle file, FileIdentity identity)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        return PosixLinux.FileSystemOf(file) switch
        {
            // It takes its files with it.
            Tmpfs => 0,
            // The kernel makes the directory when a device appears, and numbers its directories anew (fs/kernfs).
            Ext or Xfs or F2fs when Posix.Stat($"/sys/dev/block/{identity.Device >> 32}:{(uint)identity.Device}/.", out var device) == Errno.None => device.Identity.Inode,
            _ => null,
        };
    }
}
