using System.Net;
using System.Net.Sockets;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>One UDP socket of a channel: listening to its group, sending to it, or both.</summary>
sealed class MulticastSocket
{
    /// <summary>Bytes of the longest datagram that is read: the longest of multicast DNS (RFC 6762, section 17). Of a longer one the rest is lost.</summary>
    const int DatagramMax = 9000;

    /// <summary>Failed reads in a row after which a socket is given up; now and then one fails since an earlier answer reached nobody.</summary>
    const int FailuresMax = 8;

    readonly Socket _socket;
    readonly HashSet<int> _joined = [];
    readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> _ways = new();
    readonly CancellationTokenSource _closing = new();
    Task? _receiving;
    volatile bool _isBroken;

    MulticastSocket(Socket socket, MulticastChannel channel, bool listens) => (_socket, Channel, Listens) = (socket, channel, listens);

    public MulticastChannel Channel { get; }

    /// <summary>True for the one at the channel's port; false for one that only sends, and hears what it is answered.</summary>
    public bool Listens { get; }

    public AddressFamily Family => _socket.AddressFamily;

    /// <summary>True once it can be read no more.</summary>
    public bool IsBroken => _isBroken;

    SocketOptionLevel Level => Family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;

    /// <summary>Opens a socket that has joined nothing yet.</summary>
    public static Outcome<MulticastSocket> Open(MulticastChannel channel, AddressFamily family, bool listens)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            var opened = new MulticastSocket(socket, channel, listens);
            opened.Prepare();
            return opened;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return new Failure(
                HResults.WININET_E_CANNOT_CONNECT,
                $"UDP port {channel.Port} ({(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")}) cannot be listened to ({e.SocketErrorCode}): peers on the local network are not found by it");
        }
    }

    /// <summary>True for the socket by which a channel sends.</summary>
    public bool Sends(MulticastChannel channel, AddressFamily family) => Channel == channel && Family == family && Listens == channel.SendsFromPort;

    /// <summary>Joins the interfaces that are new, forgets those that are gone, and starts to listen the first time.</summary>
    public IReadOnlyList<Failure> Join(IReadOnlyList<LanInterface> interfaces, Action<LanEvent> tell)
    {
        var failures = new List<Failure>();
        var fit = interfaces.Where(one => one.Has(Family)).ToList();
        foreach (var one in fit)
            _ways[one.Index] = WayTo(one);
        foreach (var index in Listens ? _joined.Where(index => !fit.Exists(one => one.Index == index)).ToArray() : [])
        {
            // The system has left for an interface that is no more; one that only lost its address is left here.
            Member(index, SocketOptionName.DropMembership);
            _joined.Remove(index);
        }
        foreach (var one in Listens ? fit : [])
        {
            if (!_joined.Contains(one.Index) && Member(one.Index, SocketOptionName.AddMembership) is { } error)
                failures.Add(new Failure(HResults.WININET_E_CANNOT_CONNECT, $"{Channel.Group(Family).Address} cannot be joined on {one.Name} ({error}): peers there are not found by it"));
            else
                _joined.Add(one.Index);
        }
        _receiving ??= ReceiveAsync(tell);
        return failures;
    }

    public Failure? Send(int interfaceIndex, IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (IsGroup(to.Address))
                _socket.SetSocketOption(Level, SocketOptionName.MulticastInterface, _ways.GetValueOrDefault(interfaceIndex));
            _socket.SendTo(bytes, SocketFlags.None, to);
            return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return new Failure(HResults.WININET_E_CANNOT_CONNECT, $"nothing can be sent to {to} through interface {interfaceIndex} ({(e as SocketException)?.SocketErrorCode.ToString() ?? "closed"})");
        }
    }

    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        if (_receiving is not null)
            await _receiving;
        _socket.Dispose();
    }

    void Prepare()
    {
        if (Family == AddressFamily.InterNetworkV6)
            _socket.DualMode = false;
        // Others on this machine listen to the same port: another agent, and for multicast DNS the system's own responder.
        if (Listens)
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.SetSocketOption(Level, SocketOptionName.PacketInformation, true);
        _socket.SetSocketOption(Level, SocketOptionName.MulticastTimeToLive, Channel.Hops);
        _socket.Ttl = (short)Channel.Hops;
        _socket.SetSocketOption(Level, SocketOptionName.MulticastLoopback, true);
        _socket.Bind(new IPEndPoint(Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, Listens ? Channel.Port : 0));
    }

    // The interface by its number. On the loopback interface by its address: with the number, Linux takes another interface's as the sender's.
    int WayTo(LanInterface one)
    {
        var address = one.Addresses.First(ours => ours.Address.AddressFamily == Family).Address;
        return Family == AddressFamily.InterNetworkV6 ? one.Index
            : IPAddress.IsLoopback(address) ? BitConverter.ToInt32(address.GetAddressBytes())
            : IPAddress.HostToNetworkOrder(one.Index);
    }

    SocketError? Member(int index, SocketOptionName change)
    {
        try
        {
            if (Family == AddressFamily.InterNetwork)
                _socket.SetSocketOption(Level, change, new MulticastOption(Channel.Group4, index));
            else
                _socket.SetSocketOption(Level, change, new IPv6MulticastOption(Channel.Group6, index));
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse && change == SocketOptionName.AddMembership ? null : e.SocketErrorCode;
        }
    }

    async Task ReceiveAsync(Action<LanEvent> tell)
    {
        var buffer = new byte[DatagramMax];
        var anyone = new IPEndPoint(Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        for (var failures = 0; failures < FailuresMax;)
        {
            try
            {
                var got = await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, anyone, _closing.Token);
                failures = 0;
                // Windows reports a cut datagram here, too: what is left of it will be found wanting.
                tell(new LanHeard(Channel, got.PacketInformation.Interface, (IPEndPoint)got.RemoteEndPoint, buffer.AsMemory(0, got.ReceivedBytes).ToArray()));
            }
            catch (SocketException)
            {
                failures++;
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
        _isBroken = true;
        _socket.Dispose();
    }

    static bool IsGroup(IPAddress address) => address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is >= 224 and < 240);
}
