using System.Net.Sockets;
using System.Text;

namespace Haul.Agent;

/// <summary>Tells systemd how the agent is doing (sd_notify: a datagram to the socket that NOTIFY_SOCKET names).</summary>
static class Systemd
{
    /// <summary>Jobs are restored and calls are answered.</summary>
    public const string Ready = "READY=1";

    /// <summary>Transfers are being stopped.</summary>
    public const string Stopping = "STOPPING=1";

    /// <summary>Says it, where there is a systemd to listen.</summary>
    public static void Tell(string state)
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } name)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // '@' stands for the 0 that abstract names begin with.
            socket.Connect(new UnixDomainSocketEndPoint(name[0] == '@' ? $"\0{name[1..]}" : name));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // Nobody listens any more: systemd finds out by itself.
        }
    }
}
