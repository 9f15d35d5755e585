using System.Net.Sockets;
using System.Text;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent;

/// <summary>The place where one agent listens: its directory, its name there, and the lock that keeps a second agent from it.</summary>
/// <remarks>
/// Who may write in the directory could put a socket of his own under the name, and be told other users' passwords. So the directory
/// belongs to the agent's user or to root and nobody else may write there; in a place like /tmp the sticky bit does as well.
/// </remarks>
sealed class AgentSocket : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const UnixFileMode AllMayPass = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    const UnixFileMode OwnerMayConnect = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode AllMayConnect = OwnerMayConnect | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The room for a path in sockaddr_un is 108 bytes on Linux and 104 on macOS, with the 0 at its end.</summary>
    const int PathBytesMax = 103;

    readonly FileLock _lock;
    readonly bool _isSystem;

    AgentSocket(string path, bool isSystem, FileLock @lock) => (Path, _isSystem, _lock) = (path, isSystem, @lock);

    public string Path { get; }

    /// <summary>Takes a name to listen under, and clears away what an agent that died left there.</summary>
    public static Outcome<AgentSocket> Take(string path, bool isSystem)
    {
        path = System.IO.Path.GetFullPath(path);
        if (Encoding.UTF8.GetByteCount(path) > PathBytesMax)
            return new Failure(E_INVALIDARG, $"The socket's path {path} is too long: {PathBytesMax} bytes are allowed");
        var directory = System.IO.Path.GetDirectoryName(path)!;
        try
        {
            if (MakeDirectory(directory, isSystem) is { } unsafePlace)
                return unsafePlace;
            var held = FileLock.TryTake(path + ".lock");
            if (held is null)
                return new Failure(ERROR_SHARING_VIOLATION, $"An agent listens at {path} already; stop it, or name another socket");
            if (RemoveStale(path) is not { } occupied)
                return new AgentSocket(path, isSystem, held);
            held.Dispose();
            return occupied;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Failure(E_ACCESSDENIED, $"No socket can be made at {path}: {e.Message}");
        }
    }

    static Failure? MakeDirectory(string directory, bool isSystem)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return null;
        }
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, isSystem ? AllMayPass : OwnerOnly);
            File.SetUnixFileMode(directory, isSystem ? AllMayPass : OwnerOnly);
        }
        return CheckDirectory(directory);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    static Failure? CheckDirectory(string directory)
    {
        const uint OthersMayWrite = 0b000_010_010;
        var error = Posix.Stat(directory, out var stat);
        // A link of the system's own, such as macOS' /tmp, leads where root says.
        if (error == Errno.None && stat is { IsSymbolicLink: true, Uid: 0 })
            error = Posix.StatFollowing(directory, out stat);
        if (error != Errno.None || !stat.IsDirectory)
            return new Failure(ERROR_DIRECTORY, $"{directory} is not a directory; name another place for the socket");
        if (stat.Uid != 0 && stat.Uid != AgentIdentity.Uid)
            return new Failure(E_ACCESSDENIED, $"{directory} belongs to another user, who could listen in the agent's place; remove it, or name another place for the socket");
        return (stat.Permissions & OthersMayWrite) != 0 && !stat.IsSticky
            ? new Failure(E_ACCESSDENIED, $"Other users may write in {directory} and could listen in the agent's place; chmod go-w it, or name another place for the socket")
            : null;
    }

    static Failure? RemoveStale(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            var error = Posix.Stat(path, out var stat);
            if (error == Errno.ENOENT)
                return null;
            if (error != Errno.None || !stat.IsSocket)
                return new Failure(ERROR_FILE_EXISTS, $"{path} is there already and is no socket; remove it, or name another socket");
        }
        File.Delete(path);
        return null;
    }

    /// <summary>Opens the socket, once it is bound, to those it is for.</summary>
    public void Open()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, _isSystem ? AllMayConnect : OwnerMayConnect);
    }

    /// <summary>Lets go of the name.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            // The next agent clears it away.
        }
        _lock.Dispose();
    }
}
