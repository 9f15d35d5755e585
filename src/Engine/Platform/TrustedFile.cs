using System.Runtime.Versioning;
using Haul.Protocol.Contract;
using Microsoft.Win32.SafeHandles;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Platform;

/// <summary>Reads files that decide what the agent does: only those that nobody but root, or the agent's own user, can have written.</summary>
/// <remarks>
/// Directory and file are judged by their handles, and the file is named from the directory's, so what was judged is what is read. A
/// link in the directory is refused; who could lead the directory's own name elsewhere could only choose another one that is trusted.
/// </remarks>
[SupportedOSPlatform("linux")]
static unsafe class TrustedFile
{
    const int NonBlocking = 0x800;

    /// <summary>Reads a file; E_NOT_SET where there is none.</summary>
    /// <param name="directory">Where it lies.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="forbidden">The permissions that neither file nor directory may have: who else may write.</param>
    /// <param name="bytesMax">The most that it may hold.</param>
    public static Outcome<byte[]> Read(string directory, string name, uint forbidden, int bytesMax)
    {
        var error = Posix.OpenDirectory(directory, out var folder);
        if (error != Errno.None)
            return Missing(directory, error);
        using var ownedFolder = Posix.Own(folder);
        error = Posix.Stat(folder, out var stat);
        if (error != Errno.None)
            return Missing(directory, error);
        if (Distrust(directory, stat, forbidden) is { } refused)
            return refused;

        var path = Path.Combine(directory, name);
        var file = ProcessNative.OpenAt(folder, name, PosixLinux.OpenNoFollow | NonBlocking | ProcessNative.CloseOnExec);
        error = PosixErrors.Of(file);
        if (error != Errno.None)
            return Missing(path, error);
        using var owned = Posix.Own(file);
        error = Posix.Stat(file, out stat);
        if (error != Errno.None)
            return Missing(path, error);
        if (!stat.IsRegular)
            return new Failure(E_ACCESSDENIED, $"{path} is no regular file; put a file there");
        return Distrust(path, stat, forbidden) ?? ReadAll(path, owned, bytesMax);
    }

    static Failure Missing(string path, Errno error) => error switch
    {
        Errno.ENOENT => new Failure(E_NOT_SET, $"There is no {path}"),
        Errno.ELOOP => new Failure(E_ACCESSDENIED, $"{path} is a symbolic link; put the file itself there"),
        Errno.ENOTDIR => new Failure(ERROR_DIRECTORY, $"{path} is not a directory; make one"),
        _ => new Failure(PosixErrors.CodeOf(error), $"{path} cannot be read ({error}); let the agent's user read it"),
    };

    static Failure? Distrust(string path, PosixStat stat, uint forbidden)
    {
        if (stat.Uid != 0 && stat.Uid != AgentIdentity.Uid)
            return new Failure(E_ACCESSDENIED, $"{path} belongs to user {stat.Uid}, who could write anything into it; chown it to {(AgentIdentity.Uid == 0 ? "root" : "root or the agent's user")}");
        return (stat.Permissions & forbidden) != 0
            ? new Failure(E_ACCESSDENIED, $"Others may write {path}; chmod {((forbidden & 0b010_000) != 0 ? "go-w" : "o-w")} it")
            : null;
    }

    static Outcome<byte[]> ReadAll(string path, SafeFileHandle file, int bytesMax)
    {
        var bytes = new byte[bytesMax + 1];
        var count = 0;
        while (count < bytes.Length)
        {
            nint read;
            fixed (byte* first = bytes)
                read = PosixNative.PRead(file, first + count, (nuint)(bytes.Length - count), count);
            if (read == 0)
                return bytes[..count];
            if (read > 0)
                count += (int)read;
            else if (PosixErrors.Last() is not Errno.EINTR and var error)
                return Missing(path, error);
        }
        return new Failure(E_INVALIDARG, $"{path} is larger than {bytesMax} bytes; make it smaller");
    }
}
