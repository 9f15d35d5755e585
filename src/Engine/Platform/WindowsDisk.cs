using System.Runtime.Versioning;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>The disk of a Windows machine, for an agent that runs as its one caller: nobody is acted for.</summary>
[SupportedOSPlatform("windows")]
sealed class WindowsDisk : IDisk
{
    public Failure? CheckTarget(Caller caller, string path, bool overwrite)
    {
        var checking = DiskOperation.Checking(path, caller);
        if (checking.NameFault() is { } fault)
            return fault;
        if (checking.Name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            return checking.Refused(Errno.EINVAL);
        if (!Directory.Exists(checking.Directory))
            return checking.Refused(Errno.ENOTDIR);
        if (Directory.Exists(path))
            return checking.Refused(Errno.EISDIR);
        return File.Exists(path) && !overwrite ? checking.Refused(Errno.EEXIST) : Probe(checking);
    }

    public Failure? Create(Caller caller, string path, out IDiskFile? file) =>
        Open(DiskOperation.Creating(path, caller), FileMode.CreateNew, expected: null, out file);

    public Failure? Open(Caller caller, string path, FileIdentity? expected, out IDiskFile? file) =>
        Open(DiskOperation.Opening(path, caller), FileMode.Open, expected, out file);

    public Failure? Place(Caller caller, string from, string to, bool overwrite)
    {
        var placing = DiskOperation.Placing(to, caller);
        // Copies between volumes by itself.
        return placing.NameFault() ?? WindowsFile.Try(placing, () => File.Move(from, to, overwrite));
    }

    public Failure? Delete(Caller caller, string path, FileIdentity? expected)
    {
        var deleting = DiskOperation.Deleting(path, caller);
        if (deleting.NameFault() is { } fault)
            return fault;
        if (!File.Exists(path))
            return null;
        if (Open(deleting, FileMode.Open, expected, out var file) is { } other)
            return other;

        file!.Dispose();
        return WindowsFile.Try(deleting, () => File.Delete(path));
    }

    static Failure? Open(DiskOperation operation, FileMode mode, FileIdentity? expected, out IDiskFile? file)
    {
        file = null;
        if (operation.NameFault() is { } fault)
            return fault;

        SafeFileHandle? handle = null;
        if (WindowsFile.Try(operation, () => handle = File.OpenHandle(
                operation.Path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)) is { } refused)
        {
            return refused;
        }

        var opened = new WindowsFile(handle!, operation.Path, operation.Caller);
        if (expected is null || opened.Identity == expected)
        {
            file = opened;
            return null;
        }

        opened.Dispose();
        return operation.Replaced();
    }

    /// <summary>Rights on Windows are told by trying.</summary>
    static Failure? Probe(DiskOperation checking)
    {
        var probe = Path.Combine(checking.Directory, $".{Guid.NewGuid():N}.haul");
        return WindowsFile.Try(checking, () =>
            File.OpenHandle(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose).Dispose());
    }
}
