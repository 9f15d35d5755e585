using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.RestCompat;

/// <summary>The file that tells clients the port: restport and the process's number, in a directory that all may read.</summary>
/// <remarks>Clients take the newest file whose name holds the word, so what an agent that died left there is taken away first.</remarks>
[UnsupportedOSPlatform("windows")]
sealed class RestPortFile : IDisposable
{
    const string Word = "restport";
    const UnixFileMode DirectoryMode = (UnixFileMode)0b111_101_101;
    const UnixFileMode PortMode = (UnixFileMode)0b100_100_100;

    readonly string _path;

    RestPortFile(string path) => _path = path;

    /// <summary>Makes the directory where it is missing, and takes stale files out of it.</summary>
    public static Failure? Prepare(string directory)
    {
        const uint OthersMayWrite = 0b000_010_010;
        try
        {
            if (!Directory.Exists(directory))
            {
                Directory.CreateDirectory(directory, DirectoryMode);
                File.SetUnixFileMode(directory, DirectoryMode);
            }
            if (Posix.StatFollowing(directory, out var stat) != Errno.None || (stat.Uid != 0 && stat.Uid != AgentIdentity.Uid) || (stat.Permissions & OthersMayWrite) != 0)
                return new Failure(E_ACCESSDENIED, $"Other users could put a port of theirs into {directory}: give it to this user or root and chmod go-w it, or name another with --rest-directory");
            foreach (var path in Directory.GetFiles(directory).Where(path => Path.GetFileName(path).Contains(Word, StringComparison.Ordinal) && IsStale(path)))
                File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(directory, e);
        }
    }

    /// <summary>Writes the file.</summary>
    public static Outcome<RestPortFile> Write(string directory, int port)
    {
        var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Word}.{Environment.ProcessId}"));
        // Under a name that no client looks for until it is whole.
        var fresh = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $".port.{Environment.ProcessId}"));
        try
        {
            File.Delete(fresh);
            File.WriteAllText(fresh, string.Create(CultureInfo.InvariantCulture, $"{port}\n"));
            File.SetUnixFileMode(fresh, PortMode);
            File.Move(fresh, path, overwrite: true);
            return new RestPortFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(directory, e);
        }
    }

    static Failure Refused(string directory, Exception e) => new(E_ACCESSDENIED,
        $"The port of the REST interface cannot be written in {directory}: {e.Message} Make it as root, with: install -d -o {PeerCredentials.Current().Name} -m 755 {directory}; or name another with --rest-directory");

    /// <summary>Nobody answers at the port that the file names, or its process is gone.</summary>
    static bool IsStale(string path)
    {
        var process = path[(path.LastIndexOf('.') + 1)..];
        if (OperatingSystem.IsLinux() && !Directory.Exists($"/proc/{process}"))
            return true;
        if (!int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > IPEndPoint.MaxPort)
            return true;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next agent takes it away.
        }
    }
}
