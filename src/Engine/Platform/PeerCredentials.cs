using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Haul.Engine.Platform;

/// <summary>Who is at the other end of a Unix socket, by the kernel's word.</summary>
static class PeerCredentials
{
    const int SolSocket = 1;
    const int SoPeerCred = 17;

    /// <summary>The user on whose behalf the peer connected, or null where the system does not say.</summary>
    public static Caller? Of(Socket unixSocket)
    {
        if (unixSocket.AddressFamily != AddressFamily.Unix)
            return null;
        if (OperatingSystem.IsLinux())
            return OfLinux(unixSocket);
        if (OperatingSystem.IsMacOS())
            return OfMac(unixSocket);

        // A per-user agent: the socket's directory lets nobody else in.
        return Current();
    }

    /// <summary>The user as whom this process runs.</summary>
    public static Caller Current() => OperatingSystem.IsWindows()
        ? new Caller(0, 0, Environment.UserName, IsAdministrator: true)
        : Named(PosixNative.GetEUid(), PosixNative.GetEGid());

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    static Caller? OfLinux(Socket socket)
    {
        Span<Credentials> credentials = stackalloc Credentials[1];
        try
        {
            socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        }
        catch (SocketException)
        {
            return null;
        }

        // The kernel's "nobody known", for a socket without a peer.
        return credentials[0].Uid == uint.MaxValue ? null : Named(credentials[0].Uid, credentials[0].Gid);
    }

    [System.Runtime.Versioning.SupportedOSPlatform("macos")]
    static Caller? OfMac(Socket socket)
    {
        var got = PosixMac.GetPeerEid((int)socket.Handle, out var uid, out var gid) == 0;
        GC.KeepAlive(socket);
        return got ? Named(uid, gid) : null;
    }

    static Caller Named(uint uid, uint gid) =>
        new(uid, gid, Users.NameOf(uid) ?? uid.ToString(CultureInfo.InvariantCulture), IsAdministrator: uid == 0);

    /// <summary>struct ucred (sys/socket.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    readonly struct Credentials
    {
        public readonly int Pid;
        public readonly uint Uid;
        public readonly uint Gid;
    }
}
