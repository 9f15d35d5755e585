using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>An open file of a simulated disk.</summary>
sealed class SimDiskFile(SimDisk disk, SimInode inode, string path, Caller caller) : IDiskFile
{
    bool _isClosed;

    /// <summary>It is one more opening of an open file, for reading alone.</summary>
    public bool IsAgain { get; init; }

    public FileIdentity Identity => inode.Identity;

    public long Length => inode.Length;

    public FileState? State => new FileState(inode.Identity, inode.Length, inode.ChangedAt, Links: 1) { ChangedAt = inode.ChangedAt };

    public ulong? Attachment => 1;

    public IDiskFile? OpenAgain() => disk.OpenAgain(inode, path, caller);

    public Failure? Allocate(long length)
    {
        var allocating = DiskOperation.Allocating(path, caller);
        if (Fault(allocating) is { } fault)
            return fault;
        if (length > int.MaxValue || !Fits(length))
            return allocating.Refused(Errno.ENOSPC, length);
        inode.Resize((int)length);
        inode.ChangedAt = disk.Volume.Now();
        return null;
    }

    public Failure? Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var writing = DiskOperation.Writing(path, caller);
        if (Fault(writing) is { } fault)
            return fault;
        if (!disk.Volume.Faults.TakesWrite())
            return writing.Refused(Errno.EIO);
        if (!Fits(offset + bytes.Length))
            return writing.Refused(Errno.ENOSPC, bytes.Length);
        inode.Write((int)offset, bytes);
        inode.ChangedAt = disk.Volume.Now();
        return null;
    }

    public Failure? Read(long offset, Span<byte> bytes)
    {
        var reading = DiskOperation.Reading(path, caller);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (!disk.Volume.Faults.TakesRead())
            return reading.Refused(Errno.EIO);
        if (!inode.TryRead(offset, bytes))
            return reading.TooShort(offset, bytes.Length);
        if (IsAgain && disk.Volume.Faults.IsFalseToPeers && bytes.Length > 0)
            bytes[0] ^= 0x40;
        return null;
    }

    public Failure? Give(Caller owner) => Fault(DiskOperation.Giving(path, caller));

    public Failure? Flush()
    {
        if (Fault(DiskOperation.Flushing(path, caller)) is { } fault)
            return fault;
        inode.Flush();
        return null;
    }

    public void Dispose()
    {
        if (!_isClosed)
            disk.Closed(path);
        _isClosed = true;
    }

    /// <summary>Space that a file has already is its own, however full the volume is.</summary>
    bool Fits(long length) => length <= inode.Length || length - inode.Length <= disk.Volume.Free;

    Failure? Fault(DiskOperation operation)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        disk.Volume.Changing?.Invoke();
        if (disk.IsOver)
            return SimDisk.Over(operation);
        return disk.Volume.Faults.IsReadOnly ? operation.Refused(Errno.EROFS) : null;
    }
}
