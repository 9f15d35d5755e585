using System.Runtime.Versioning;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>A file opened as the caller. What was allowed then stays allowed through the handle.</summary>
[UnsupportedOSPlatform("windows")]
sealed unsafe class PosixFile(SafeFileHandle handle, FileIdentity identity, string path, Caller caller, SupplementaryGroups? groups) : IDiskFile
{
    public FileIdentity Identity => identity;

    public SafeFileHandle? Handle => handle;

    public long Length => RandomAccess.GetLength(handle);

    public FileState? State => Posix.Stat((int)handle.DangerousGetHandle(), out var stat) == Errno.None ? stat.State : null;

    public ulong? Attachment => PosixVolume.AttachmentOf(handle, identity);

    public IDiskFile? OpenAgain() => Posix.OpenAgain(handle, out var fd, out _) == Errno.None ? new PosixFile(Posix.Own(fd), identity, path, caller, groups) : null;

    public Failure? Allocate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var before = Length;
        Errno error;
        // As the caller, handle or not: a file server judges a new length by who asks, and quotas are the caller's.
        using (var acting = ActingAs.Begin(groups, caller))
        {
            if (!acting.IsCaller)
                return DiskOperation.Allocating(path, caller).NotTheCaller();
            error = Posix.SetLength(handle, before, length);
        }

        return error == Errno.None ? null : DiskOperation.Allocating(path, caller).Refused(error, length - before);
    }

    public Failure? Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* first = bytes)
                written = PosixNative.PWrite(handle, first, (nuint)bytes.Length, offset);

            if (written <= 0)
            {
                // A write of nothing that says no error: there is no sense in asking forever.
                var error = written == 0 ? Errno.EIO : PosixErrors.Last();
                if (error == Errno.EINTR)
                    continue;
                return DiskOperation.Writing(path, caller).Refused(error, bytes.Length);
            }

            bytes = bytes[(int)written..];
            offset += written;
        }

        return null;
    }

    public Failure? Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint read;
            fixed (byte* first = bytes)
                read = PosixNative.PRead(handle, first, (nuint)bytes.Length, offset);

            if (read == 0)
                return DiskOperation.Reading(path, caller).TooShort(offset, bytes.Length);
            if (read < 0)
            {
                var error = PosixErrors.Last();
                if (error == Errno.EINTR)
                    continue;
                return DiskOperation.Reading(path, caller).Refused(error);
            }

            bytes = bytes[(int)read..];
            offset += read;
        }

        return null;
    }

    public Failure? Give(Caller owner)
    {
        if (AgentIdentity.Uid != 0)
            return null;
        // The mode anew: who had the file until now may have made it one that runs as its owner.
        var error = PosixErrors.Of(PosixNative.FChown(handle, owner.Uid, owner.Gid));
        if (error == Errno.None)
            error = PosixErrors.Of(PosixNative.FChmod(handle, SystemDisk.FileMode));
        return error == Errno.None ? null : DiskOperation.Giving(path, owner).Refused(error);
    }

    public Failure? Flush()
    {
        var error = Posix.Flush(handle);
        return error == Errno.None ? null : DiskOperation.Flushing(path, caller).Refused(error);
    }

    public void Dispose() => handle.Dispose();
}
