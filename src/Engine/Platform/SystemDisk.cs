using System.Runtime.Versioning;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>The disk of a Linux or macOS machine.</summary>
/// <remarks>
/// Every operation is one <see cref="ActingAs"/> scope around the system calls on the path. What a path meant when it was checked
/// proves nothing later: safety lies in acting as the caller, and in comparing device and inode of the file that was opened.
/// </remarks>
[UnsupportedOSPlatform("windows")]
sealed class SystemDisk : IDisk
{
    /// <summary>The mode of new files.</summary>
    public const uint FileMode = 0b110_110_110 & ~(uint)DiskLimits.DefaultUmask;

    readonly SupplementaryGroups? _groups;
    readonly PosixPlacement _placement;

    public SystemDisk(TimeProvider time)
    {
        _groups = OperatingSystem.IsLinux() ? new SupplementaryGroups(time) : null;
        _placement = new PosixPlacement(this, _groups);
    }

    public Failure? CheckTarget(Caller caller, string path, bool overwrite)
    {
        var checking = DiskOperation.Checking(path, caller);
        if (checking.NameFault() is { } fault)
            return fault;

        var directory = checking.Directory;
        var probe = Path.Combine(directory, TemporaryName());
        PosixTarget target;
        using (var acting = ActingAs.Begin(_groups, caller))
        {
            if (!acting.IsCaller)
                return checking.NotTheCaller();
            target = new PosixTarget(path, directory, probe);
        }

        return target.Fault(checking, overwrite);
    }

    public Failure? Create(Caller caller, string path, out IDiskFile? file)
    {
        file = null;
        var creating = DiskOperation.Creating(path, caller);
        if (creating.NameFault() is { } fault)
            return fault;

        Errno error;
        int fd;
        PosixStat stat;
        using (var acting = ActingAs.Begin(_groups, caller))
        {
            if (!acting.IsCaller)
                return creating.NotTheCaller();
            error = Posix.CreateExclusive(path, FileMode, out fd, out stat);
        }

        if (error != Errno.None)
            return creating.Refused(error);
        file = new PosixFile(Posix.Own(fd), stat.Identity, path, caller, _groups);
        return null;
    }

    public Failure? Open(Caller caller, string path, FileIdentity? expected, out IDiskFile? file)
    {
        file = null;
        var opening = DiskOperation.Opening(path, caller);
        if (opening.NameFault() is { } fault)
            return fault;

        Errno error;
        int fd;
        PosixStat stat;
        using (var acting = ActingAs.Begin(_groups, caller))
        {
            if (!acting.IsCaller)
                return opening.NotTheCaller();
            error = Posix.OpenExisting(path, out fd, out stat);
        }

        if (error != Errno.None)
            return opening.Refused(error);
        if (stat.IsRegular && stat.Identity == (expected ?? stat.Identity))
        {
            file = new PosixFile(Posix.Own(fd), stat.Identity, path, caller, _groups);
            return null;
        }

        Posix.Close(fd);
        return stat.IsRegular ? opening.Replaced() : opening.NotAFile(stat);
    }

    public Failure? Place(Caller caller, string from, string to, bool overwrite) => _placement.Place(caller, from, to, overwrite);

    public Failure? Delete(Caller caller, string path, FileIdentity? expected)
    {
        var deleting = DiskOperation.Deleting(path, caller);
        if (deleting.NameFault() is { } fault)
            return fault;

        var (directory, name) = (deleting.Directory, deleting.Name);
        Errno error;
        bool isReplaced;
        using (var acting = ActingAs.Begin(_groups, caller))
        {
            if (!acting.IsCaller)
                return deleting.NotTheCaller();
            error = DeleteExpected(directory, name, expected, out isReplaced);
        }

        if (isReplaced)
            return deleting.Replaced();
        return error is Errno.None or Errno.ENOENT or Errno.ENOTDIR ? null : deleting.Refused(error);
    }

    /// <summary>A name for a file that lives shortly.</summary>
    public static string TemporaryName() => $".{Guid.NewGuid():N}.haul";

    static Errno DeleteExpected(string directory, string name, FileIdentity? expected, out bool isReplaced)
    {
        isReplaced = false;
        // By the directory's handle, so that the file looked at and the file removed lie in one directory.
        var error = Posix.OpenDirectory(directory, out var fd);
        if (error != Errno.None)
            return error;

        error = Posix.StatAt(fd, name, follow: false, out var stat);
        if (error == Errno.None)
        {
            // A new file may get the number of one that is gone; a link or pipe with it is still not ours.
            isReplaced = !stat.IsRegular || stat.Identity != (expected ?? stat.Identity);
            error = isReplaced ? Errno.None : Posix.UnlinkAt(fd, name);
        }

        Posix.Close(fd);
        return error;
    }
}
