using System.Buffers;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Platform;

/// <summary>The agent's own directory of contents that are kept for peers: of each one more name of its file, or a copy, and a record beside it.</summary>
/// <remarks>A content without a record is none: the record comes last and goes first. One loop writes; anyone may open.</remarks>
sealed class ShelfDirectory
{
    const string ContentSuffix = ".content";
    const string RecordSuffix = ".record";
    const string FreshSuffix = ".new";

    /// <summary>Bytes that are copied before it is asked whether to go on: a second of a slow disk.</summary>
    const int CopyBytes = 64 << 20;

    /// <summary>Bytes that are copied at once where the system does not copy by itself.</summary>
    const int BufferBytes = 1 << 20;

    readonly string _path;

    ShelfDirectory(string path) => _path = path;

    /// <summary>Opens the directory; it is made where it is missing, for its owner only.</summary>
    public static Failure? Open(string path, out ShelfDirectory? shelf)
    {
        shelf = null;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            shelf = new ShelfDirectory(path);
            return null;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return Refused("opened", path, e);
        }
    }

    /// <summary>Removes the directory with all that is in it.</summary>
    public static Failure? Clear(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            return null;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return Refused("removed", path, e);
        }
    }

    /// <summary>Bytes of the disk that it lies on, and how many of them are free; none where nobody can tell.</summary>
    public (long Whole, long Free) Space
    {
        get
        {
            try
            {
                var drive = new DriveInfo(_path);
                return (drive.TotalSize, drive.AvailableFreeSpace);
            }
            catch (Exception e) when (IsRefusal(e))
            {
                return (0, 0);
            }
        }
    }

    /// <summary>Names of all contents that have a record.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            try
            {
                return [.. Directory.EnumerateFiles(_path, $"*{RecordSuffix}").Select(path => Path.GetFileNameWithoutExtension(path))];
            }
            catch (Exception e) when (IsRefusal(e))
            {
                return [];
            }
        }
    }

    /// <summary>The record of a content, and when the content was last used.</summary>
    public Outcome<(byte[] Bytes, DateTimeOffset UsedAt)> Read(string name, long bytesMax)
    {
        var path = At(name, RecordSuffix);
        try
        {
            var file = new FileInfo(path);
            return file.Length > bytesMax ? new Failure(ERROR_INVALID_DATA, $"{path} has more than {bytesMax} bytes") : (File.ReadAllBytes(path), new DateTimeOffset(file.LastWriteTimeUtc));
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return Refused("read", path, e);
        }
    }

    /// <summary>Records a content, whole or not at all.</summary>
    public Failure? Write(string name, ReadOnlySpan<byte> record)
    {
        var path = At(name, RecordSuffix);
        try
        {
            using (var file = File.OpenHandle(path + FreshSuffix, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, record, 0);
                RandomAccess.FlushToDisk(file);
            }
            File.Move(path + FreshSuffix, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return Refused("written", path, e);
        }
    }

    /// <summary>Notes when a content was last used.</summary>
    public void Use(string name, DateTimeOffset at)
    {
        try
        {
            File.SetLastWriteTimeUtc(At(name, RecordSuffix), at.UtcDateTime);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // Then it goes a little earlier than others.
        }
    }

    /// <summary>Gives an open file one more name, here; ERROR_NOT_SUPPORTED or ERROR_NOT_SAME_DEVICE where only a copy can be had.</summary>
    public Failure? Link(IDiskFile file, string name)
    {
        var path = At(name, ContentSuffix);
        if (!OperatingSystem.IsLinux() || file.Handle is not { } handle)
            return new Failure(ERROR_NOT_SUPPORTED, "An open file is given no further name on this system");
        var error = PosixLinux.Link(handle, path);
        return error == Errno.None ? null : new Failure(PosixErrors.CodeOf(error), $"{path} cannot be made another name of the file ({error})");
    }

    /// <summary>Copies an open file to here.</summary>
    public Failure? Copy(IDiskFile file, string name, CancellationToken cancel)
    {
        var path = At(name, ContentSuffix);
        try
        {
            var length = file.Length;
            // What stands there may be another name of somebody's file: it goes, and is not written to.
            File.Delete(path);
            using var copy = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, preallocationSize: length);
            if (Fill(file, copy, length, cancel) is { } failure)
                return failure;
            RandomAccess.FlushToDisk(copy);
            return null;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return Refused("written", path, e);
        }
    }

    static Failure? Fill(IDiskFile file, SafeFileHandle copy, long length, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var isBySystem = OperatingSystem.IsLinux() && file.Handle is not null;
            for (long offset = 0; offset < length;)
            {
                if (cancel.IsCancellationRequested)
                    return new Failure(E_ABORT, "The agent stops");
                if (isBySystem && OperatingSystem.IsLinux() && PosixLinux.Copy(file.Handle!, copy, ref offset, (int)Math.Min(CopyBytes, length - offset)) == Errno.None)
                    continue;
                // Another file system, or one that cannot: by hand. What else is wrong shows there, too.
                isBySystem = false;
                var bytes = buffer.AsSpan(0, (int)Math.Min(BufferBytes, length - offset));
                if (file.Read(offset, bytes) is { } failure)
                    return failure;
                RandomAccess.Write(copy, bytes, offset);
                offset += bytes.Length;
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Opens a content for reading.</summary>
    public Outcome<IDiskFile> Open(string name)
    {
        var path = At(name, ContentSuffix);
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return new WindowsFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), path, new Caller(0, 0, "agent", IsAdministrator: false));
            }
            catch (Exception e) when (IsRefusal(e))
            {
                return Refused("opened", path, e);
            }
        }
        var error = Posix.OpenToRead(path, out var fd, out var stat);
        return error == Errno.None
            ? new PosixFile(Posix.Own(fd), stat.Identity, path, new Caller(AgentIdentity.Uid, AgentIdentity.Gid, "agent", IsAdministrator: false), null)
            : new Failure(PosixErrors.CodeOf(error), $"{path} cannot be opened ({error})");
    }

    /// <summary>How a content stands now; null where it is gone.</summary>
    public FileState? StateOf(string name)
    {
        if (!OperatingSystem.IsWindows())
            return Posix.Stat(At(name, ContentSuffix), out var stat) == Errno.None && stat.IsRegular ? stat.State : null;
        if (Open(name) is not { Succeeded: true, Value: { } file })
            return null;
        using (file)
            return file.State;
    }

    /// <summary>Removes a content and its record. Other names of the file stay.</summary>
    public void Remove(string name)
    {
        Delete(At(name, RecordSuffix));
        Delete(At(name, ContentSuffix));
    }

    /// <summary>Removes all but the contents of these names: what a killed agent left half done.</summary>
    public void Sweep(IReadOnlySet<string> names)
    {
        try
        {
            foreach (var path in Directory.GetFiles(_path))
            {
                if (Path.GetExtension(path) is not (ContentSuffix or RecordSuffix) || !names.Contains(Path.GetFileNameWithoutExtension(path)))
                    Delete(path);
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // The next start sweeps again.
        }
    }

    static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // What is left is swept at the next start.
        }
    }

    string At(string name, string suffix) => Path.Combine(_path, name + suffix);

    static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    static Failure Refused(string what, string path, Exception e) => new(E_ACCESSDENIED, $"{path} cannot be {what}: {e.Message}");
}
