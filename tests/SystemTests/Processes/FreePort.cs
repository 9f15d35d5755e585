using System.Net;
using System.Net.Sockets;

namespace Haul.SystemTests.Processes;

/// <summary>TCP ports of the loopback that nobody uses, for programs that must be told their port.</summary>
/// <remarks>
/// They lie below the range from which Linux (32768) and macOS and Windows (49152) take ports of their own accord, so no outgoing
/// connection takes one between the asking and the use. A port is never given twice by one test process.
/// </remarks>
static class FreePort
{
    const int First = 20_000;
    const int Count = 10_000;

    // Different test processes start at different places.
    static int _last = Environment.ProcessId * 61 % Count;

    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (CanListen(IPAddress.Any, port) && CanListen(IPAddress.IPv6Loopback, port))
                return port;
        }
        throw new InvalidOperationException("No free port is left.");
    }

    static bool CanListen(IPAddress address, int port)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            return true;
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
