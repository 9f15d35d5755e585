using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Platform;

/// <summary>Connections between agents as this machine makes them: TCP, over IPv4 and IPv6.</summary>
sealed class SocketNetwork(TimeProvider time) : IPeerNetwork
{
    /// <summary>Connections that wait to be taken; more are for the peers to try again.</summary>
    const int Backlog = 512;

    public async ValueTask<(IPeerStream? Stream, Failure? Failure)> ConnectAsync(IPEndPoint to, CancellationToken cancel)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(to, cancel);
            return (new SocketStream(socket), null);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return (null, new Failure(BG_E_CONNECT_FAILURE, $"No connection could be made to {to}: {e.Message}"));
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            throw;
        }
    }

    public void Prepare(X509Certificate2 own) => Task.Run(() => PeerTls.ContextOf(own));

    public Failure? Listen(IPEndPoint at, Action<IPeerStream> accepted, out IPeerListener? listener)
    {
        listener = null;
        Socket? socket = null;
        try
        {
            // A machine without IPv6 has all its addresses in the other one.
            if (at.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6)
                at = new IPEndPoint(IPAddress.Any, at.Port);
            socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (at.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = at.Address.Equals(IPAddress.IPv6Any);
            socket.Bind(at);
            socket.Listen(Backlog);
            listener = new SocketListener(socket, accepted, time);
            return null;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new Failure(ERROR_BUSY, $"Another program listens at {at}; end it, or choose another port"),
                SocketError.AccessDenied => new Failure(E_ACCESSDENIED, $"The agent may not listen at {at}; choose a port above 1023"),
                _ => new Failure(E_FAIL, $"The agent cannot listen at {at}: {e.Message}. Choose an address of this machine"),
            };
        }
    }
}
