using Microsoft.Win32.SafeHandles;

namespace Haul.Engine.Platform;

/// <summary>An exclusive hold on a file, which the system ends with the process whatever way it dies.</summary>
/// <remarks>The file stays behind: removing it would let two processes hold two files of one name.</remarks>
sealed class FileLock : IDisposable
{
    const int LockExclusive = 2;
    const int LockNonBlocking = 4;

    readonly SafeFileHandle _held;

    FileLock(SafeFileHandle held) => _held = held;

    /// <summary>Takes the lock, making the file where it is missing, or returns null while another holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened or locked at all.</exception>
    public static FileLock? TryTake(string path) => OperatingSystem.IsWindows() ? TryTakeByShare(path) : TryTakeByFLock(path);

    public void Dispose() => _held.Dispose();

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    static FileLock? TryTakeByFLock(string path)
    {
        var opening = DiskOperation.Opening(path, PeerCredentials.Current());
        var error = Posix.OpenOwn(path, out var fd);
        if (error != Errno.None)
            throw new IOException(opening.Refused(error).Text);

        var handle = Posix.Own(fd);
        error = PosixErrors.Of(PosixNative.FLock(handle, LockExclusive | LockNonBlocking));
        if (error == Errno.None)
            return new FileLock(handle);

        handle.Dispose();
        return error == Errno.EAGAIN ? null : throw new IOException(opening.Refused(error).Text);
    }

    static FileLock? TryTakeByShare(string path)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        try
        {
            return new FileLock(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult == SharingViolation)
        {
            return null;
        }
    }
}
