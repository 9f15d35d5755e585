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

    const uint NetworkDevice = 43; // NBD (Documentation/admin-guide/devices.txt)

    /// <summary>The number of the attachment of a file's volume, never given again while the system runs; null where nothing tells.</summary>
    public static ulong? AttachmentOf(SafeFileHandle file, FileIdentity identity)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        return PosixLinux.FileSystemOf(file) switch
        {
            // It takes its files with it.
            Tmpfs => 0,
            Ext or Xfs or F2fs => SequenceOf((uint)(identity.Device >> 32), (uint)identity.Device),
            _ => null,
        };
    }

    /// <summary>The number that the kernel draws each time a device appears or has another medium (sysfs-block, diskseq; Linux 5.15). A partition has
    /// that of its disk. One that is served by another machine may lose what was written although it stays.</summary>
    static ulong? SequenceOf(uint major, uint minor)
    {
        if (major == NetworkDevice)
            return null;
        var device = $"/sys/dev/block/{major}:{minor}";
        try
        {
            var path = File.Exists($"{device}/partition") ? $"{device}/../diskseq" : $"{device}/diskseq";
            return ulong.TryParse(File.ReadAllText(path).AsSpan().Trim(), out var sequence) ? sequence : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
