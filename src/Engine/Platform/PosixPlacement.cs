using System.Buffers;
using System.Runtime.Versioning;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>How a finished file gets its final name: in one step where the file system can, else by a copy that becomes visible in one.</summary>
[UnsupportedOSPlatform("windows")]
sealed class PosixPlacement(SystemDisk disk, SupplementaryGroups? groups)
{
    /// <summary>Bytes copied at once between file systems: enough that the calls do not count.</summary>
    const int CopyBytes = 1024 * 1024;

    public Failure? Place(Caller caller, string from, string to, bool overwrite)
    {
        var placing = DiskOperation.Placing(to, caller);
        var leaving = DiskOperation.Placing(from, caller);
        if ((placing.NameFault() ?? leaving.NameFault()) is { } fault)
            return fault;

        Errno sourceError;
        PosixStat source;
        var error = Errno.None;
        using (var acting = ActingAs.Begin(groups, caller))
        {
            if (!acting.IsCaller)
                return placing.NotTheCaller();
            sourceError = Posix.Stat(from, out source);
            if (sourceError == Errno.None && source.IsRegular)
                error = Move(from, to, overwrite);
        }

        if (sourceError != Errno.None)
            return leaving.Refused(sourceError);
        if (!source.IsRegular)
            return leaving.NotAFile(source);
        return error switch
        {
            Errno.None => null,
            Errno.EXDEV => Copy(caller, from, source.Identity, placing, overwrite),
            _ => placing.Refused(error),
        };
    }

    /// <summary>Renames; without overwriting only where the target is free at that moment.</summary>
    static Errno Move(string from, string to, bool overwrite)
    {
        if (overwrite)
            return Posix.Rename(from, to);

        var error = Posix.RenameExclusive(from, to);
        return IsUnknownThere(error) ? MoveByLink(from, to) : error;
    }

    /// <summary>For file systems that cannot rename exclusively (NFS): a link is made exclusively everywhere.</summary>
    public static Errno MoveByLink(string from, string to)
    {
        var error = Posix.Link(from, to);
        if (error == Errno.EPERM || IsUnknownThere(error))
            return MoveByReserving(from, to);

        // The file stands under its target. Should the old name stay, it is a second name and harms nothing.
        if (error == Errno.None)
            _ = Posix.Unlink(from);
        return error;
    }

    /// <summary>For file systems without links either (exFAT, some shares): takes the name with an empty file, then renames over it.</summary>
    public static Errno MoveByReserving(string from, string to)
    {
        var error = Posix.Reserve(to);
        if (error != Errno.None)
            return error;

        error = Posix.Rename(from, to);
        if (error != Errno.None)
            _ = Posix.Unlink(to);
        return error;
    }

    static bool IsUnknownThere(Errno error) => error is Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP;

    /// <summary>Copies into a fresh file beside the target, makes sure that it stands, gives it its name, and removes the source.</summary>
    Failure? Copy(Caller caller, string from, FileIdentity identity, DiskOperation placing, bool overwrite)
    {
        var beside = Path.Combine(placing.Directory, SystemDisk.TemporaryName());
        if (disk.Open(caller, from, identity, out var source) is { } noSource)
            return noSource;

        using (source)
        {
            if (disk.Create(caller, beside, out var copy) is { } noCopy)
                return noCopy;

            using (copy)
            {
                var fault = Fill(source!, copy!) ?? Rename(caller, beside, placing, overwrite);
                if (fault is not null)
                {
                    // The fault that is reported is the first; a copy that cannot be removed either is the lesser one.
                    _ = disk.Delete(caller, beside, copy!.Identity);
                    return fault;
                }
            }
        }

        return disk.Delete(caller, from, identity);
    }

    static Failure? Fill(IDiskFile source, IDiskFile copy)
    {
        var length = source.Length;
        if (copy.Allocate(length) is { } full)
            return full;

        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (long offset = 0; offset < length; offset += CopyBytes)
            {
                var bytes = buffer.AsSpan(0, (int)Math.Min(CopyBytes, length - offset));
                if ((source.Read(offset, bytes) ?? copy.Write(offset, bytes)) is { } fault)
                    return fault;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return copy.Flush();
    }

    Failure? Rename(Caller caller, string beside, DiskOperation placing, bool overwrite)
    {
        Errno error;
        using (var acting = ActingAs.Begin(groups, caller))
        {
            if (!acting.IsCaller)
                return placing.NotTheCaller();
            error = Move(beside, placing.Path, overwrite);
        }

        return error == Errno.None ? null : placing.Refused(error);
    }
}
