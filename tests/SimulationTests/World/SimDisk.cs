using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SimulationTests.World;

/// <summary>The disk as one life of an engine sees it: nothing it does after its end reaches the volume.</summary>
sealed class SimDisk(SimVolume volume, SimLane? lane = null) : IDisk
{
    int _open;

    /// <summary>Files that this life has open.</summary>
    public int OpenFiles => _open;

    /// <summary>Those of them that are checkpoints.</summary>
    public int OpenCheckpoints { get; private set; }

    /// <summary>The most that were open at a time.</summary>
    public int OpenFilesPeak { get; private set; }

    public bool IsOver => lane is { IsDead: true };

    public SimVolume Volume => volume;

    public Failure? CheckTarget(Caller caller, string path, bool overwrite)
    {
        var checking = DiskOperation.Checking(path, caller);
        if (Fault(checking, isChange: false) is { } fault)
            return fault;
        if (volume.IsDirectory(path))
            return checking.Fails(E_ACCESSDENIED, "a directory of that name stands there");
        if (!overwrite && volume.Find(path) is not null)
            return checking.Refused(Errno.EEXIST);
        return volume.Faults.IsReadOnly ? checking.Refused(Errno.EROFS) : null;
    }

    public Failure? Create(Caller caller, string path, out IDiskFile? file)
    {
        file = null;
        var creating = DiskOperation.Creating(path, caller);
        if (Fault(creating, isChange: true) is { } fault)
            return fault;
        if (volume.Find(path) is not null || volume.IsDirectory(path))
            return creating.Refused(Errno.EEXIST);
        file = Opened(volume.Make(path), path, caller);
        return null;
    }

    public Failure? Open(Caller caller, string path, FileIdentity? expected, out IDiskFile? file)
    {
        file = null;
        var opening = DiskOperation.Opening(path, caller);
        if (Fault(opening, isChange: false) is { } fault)
            return fault;
        if (volume.Find(path) is not { } inode)
            return Gone(opening);
        if (expected is not null && inode.Identity != expected)
            return opening.Replaced();
        file = Opened(inode, path, caller);
        return null;
    }

    public Failure? Place(Caller caller, string from, string to, bool overwrite)
    {
        var placing = DiskOperation.Placing(to, caller);
        if (Fault(placing, isChange: true) is { } fault)
            return fault;
        if (volume.Find(from) is null)
            return Gone(DiskOperation.Placing(from, caller));
        if (volume.IsDirectory(to))
            return placing.Fails(E_ACCESSDENIED, "a directory of that name stands there");
        if (!overwrite && volume.Find(to) is not null)
            return placing.Refused(Errno.EEXIST);
        volume.Rename(from, to);
        return null;
    }

    public Failure? Delete(Caller caller, string path, FileIdentity? expected)
    {
        var deleting = DiskOperation.Deleting(path, caller);
        if (deleting.NameFault() is { } fault)
            return fault;
        if (volume.Find(path) is not { } inode)
            return null;
        if (!volume.HasDirectory(deleting.Directory))
        {
            volume.Unseen++;
            return null;
        }
        if (expected is not null && inode.Identity != expected)
            return deleting.Replaced();
        if (Fault(deleting, isChange: true) is { } refused)
            return refused;
        volume.Remove(path);
        return null;
    }

    /// <summary>Why nothing can be done at that path, or done any more.</summary>
    Failure? Fault(DiskOperation operation, bool isChange)
    {
        if (isChange)
            volume.Changing?.Invoke();
        if (IsOver)
            return Over(operation);
        if (operation.NameFault() is { } fault)
            return fault;
        if (!volume.HasDirectory(operation.Directory))
            return operation.Fails(ERROR_PATH_NOT_FOUND, $"directory {operation.Directory} does not exist");
        return isChange && volume.Faults.IsReadOnly ? operation.Refused(Errno.EROFS) : null;
    }

    public static Failure Over(DiskOperation operation) => operation.Fails(E_FAIL, "this life of the engine is over");

    static Failure Gone(DiskOperation operation) => operation.Fails(ERROR_FILE_NOT_FOUND, "the file is gone");

    internal IDiskFile OpenAgain(SimInode inode, string path, Caller caller) => Opened(inode, path, caller, isAgain: true);

    SimDiskFile Opened(SimInode inode, string path, Caller caller, bool isAgain = false)
    {
        if (SimVolume.IsCheckpoint(path))
            OpenCheckpoints++;
        OpenFilesPeak = Math.Max(OpenFilesPeak, ++_open);
        return new SimDiskFile(this, inode, path, caller) { IsAgain = isAgain };
    }

    internal void Closed(string path)
    {
        if (SimVolume.IsCheckpoint(path))
            OpenCheckpoints--;
        _open--;
    }
}
