using System.Runtime.Versioning;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Platform;

/// <summary>A small file with a secret of the agent, which nobody but its owner may read or write.</summary>
static class OwnerFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file that must not exist yet, whole or not at all. One that root makes belongs to whom its directory belongs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What it holds.</param>
    public static Failure? Create(string path, ReadOnlySpan<byte> bytes)
    {
        path = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(path)!;
        // Under another name first: a file cut short by a crash would have to be removed by hand.
        var fresh = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            Fill(fresh, directory, bytes);
            File.Move(fresh, path, overwrite: false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(fresh);
            return Path.Exists(path)
                ? new Failure(ERROR_FILE_EXISTS, $"{path} exists already, and is not replaced; remove it first, or name another file")
                : new Failure(E_ACCESSDENIED, $"{path} cannot be written: {e.Message}");
        }
    }

    /// <summary>Reads a file; E_NOT_SET where there is none, and E_ACCESSDENIED where others than its owner have rights on it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytesMax">The most that it may hold.</param>
    public static Outcome<byte[]> Read(string path, int bytesMax)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            if (!OperatingSystem.IsWindows() && ExposureOf(path, handle) is { } exposure)
                return exposure;
            // One byte of room more, so that a longer file shows.
            var bytes = new byte[bytesMax + 1];
            var count = 0;
            while (count < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(count), count) is > 0 and var read)
                count += read;
            return count <= bytesMax ? bytes[..count] : new Failure(ERROR_INVALID_DATA, $"{path} is larger than {bytesMax} bytes, which no such file is; put the right one there");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Failure(E_NOT_SET, $"There is no {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new Failure(E_ACCESSDENIED, $"{path} cannot be read: {e.Message}");
        }
    }

    static void Fill(string fresh, string directory, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(fresh, options);
        if (!OperatingSystem.IsWindows() && AgentIdentity.Uid == 0 && Posix.StatFollowing(directory, out var stat) == Errno.None && stat.Uid != 0
            && PosixErrors.Of(PosixNative.FChown(file.SafeFileHandle, stat.Uid, uint.MaxValue)) is not Errno.None and var error)
        {
            throw new IOException($"it cannot be given to the owner of the directory ({error})");
        }
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    [UnsupportedOSPlatform("windows")]
    static Failure? ExposureOf(string path, SafeFileHandle handle)
    {
        if ((File.GetUnixFileMode(handle) & ~OwnerOnly) != 0)
            return new Failure(E_ACCESSDENIED, $"Others than its owner have rights on {path}; check who read it, then chmod 600, or replace it");
        return Posix.StatFollowing(path, out var stat) == Errno.None && stat.Uid != AgentIdentity.Uid && AgentIdentity.Uid != 0
            ? new Failure(E_ACCESSDENIED, $"{path} belongs to uid {stat.Uid}, and not to uid {AgentIdentity.Uid}, who reads it; chown it")
            : null;
    }
}
