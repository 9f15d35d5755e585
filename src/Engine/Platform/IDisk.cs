using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>The file system of this machine. Every path is touched as the caller who named it.</summary>
/// <remarks>
/// What the disk refuses is a <see cref="Failure"/> whose text names the path, the cause and the remedy. No method follows a
/// symbolic link in the last part of a path that Haul itself made. All methods are synchronous and may be called from any thread.
/// </remarks>
interface IDisk
{
    /// <summary>Whether <paramref name="path"/> could be made: full path, its directory there and writable, no directory of that
    /// name, no existing file unless <paramref name="overwrite"/>.</summary>
    Failure? CheckTarget(Caller caller, string path, bool overwrite);

    /// <summary>Makes a file that must not exist yet, owned by the caller, mode 0666 less <see cref="DiskLimits.DefaultUmask"/>.</summary>
    Failure? Create(Caller caller, string path, out IDiskFile? file);

    /// <summary>Opens a file made earlier, if it is still the same one (device and inode); with null, whatever regular file stands there.</summary>
    Failure? Open(Caller caller, string path, FileIdentity? expected, out IDiskFile? file);

    /// <summary>Renames a finished file to its target in one step, replacing it only where <paramref name="overwrite"/>; copies where
    /// the target turned out to lie on another file system.</summary>
    Failure? Place(Caller caller, string from, string to, bool overwrite);

    /// <summary>Removes a file if it is still the expected one, or with null whatever regular file stands there. Success when it is gone already.</summary>
    Failure? Delete(Caller caller, string path, FileIdentity? expected);
}

/// <summary>An open file. Reads and writes are positional and may run at the same time.</summary>
interface IDiskFile : IDisposable
{
    /// <summary>What the file is, whatever its name.</summary>
    FileIdentity Identity { get; }

    /// <summary>The system's handle, for what the system can do with the file by itself; null where there is none. It ends with the file.</summary>
    SafeFileHandle? Handle => null;

    /// <summary>The file's length, bytes.</summary>
    long Length { get; }

    /// <summary>How the file stands now; null where nobody can tell.</summary>
    FileState? State => null;

    /// <summary>Tells the volume from one that comes after it under the same number while the system runs; null where nothing does, or where
    /// bytes that were written may be lost although the system runs on, as with a file server.</summary>
    ulong? Attachment => null;

    /// <summary>The same file opened once more, for reading alone, with a life of its own; null where that cannot be done.</summary>
    IDiskFile? OpenAgain() => null;

    /// <summary>Sets the length and, where the file system can, takes the space for it, so that a full disk shows at once.</summary>
    Failure? Allocate(long length);

    /// <summary>Writes all bytes at an offset.</summary>
    Failure? Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Fills the span from an offset; a shorter file is a failure.</summary>
    Failure? Read(long offset, Span<byte> bytes);

    /// <summary>Makes another user the file's owner. An agent that is not root gives nothing away: the file then stays with who made it.</summary>
    Failure? Give(Caller owner);

    /// <summary>Returns once everything written stands on the device (fdatasync).</summary>
    Failure? Flush();
}

/// <summary>A file's device and inode: the same after a rename, another after a replacement.</summary>
/// <param name="Device">st_dev, or the volume serial number.</param>
/// <param name="Inode">st_ino, or the file index.</param>
readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>By what a change of a file is noticed without reading it.</summary>
/// <param name="Identity">Which file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">When it was last written, in the system's own count.</param>
/// <param name="Links">Names that it has.</param>
readonly record struct FileState(FileIdentity Identity, long Length, long ModifiedAt, uint Links)
{
    /// <summary>When its bytes, its names or its rights were last changed, nanoseconds: the system's own word, which nobody can set; 0 where there is none.</summary>
    public long ChangedAt { get; init; }

    /// <summary>The same file with the same bytes, under however many names.</summary>
    public bool IsSameAs(FileState other) => this == other with { Links = Links, ChangedAt = ChangedAt };
}

/// <summary>The numbers of the disk.</summary>
static class DiskLimits
{
    /// <summary>Bits taken from 0666 for new files where the caller's own umask is not known: it belongs to the caller's process, not to ours.</summary>
    public const int DefaultUmask = 0b000_010_010;
}
