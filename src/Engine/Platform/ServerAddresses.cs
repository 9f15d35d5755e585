using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Haul.Engine.Platform;

/// <summary>Learns of each request the IP address of the server that it went to.</summary>
/// <remarks>
/// The HTTP library keeps connections for later requests, and does not tell which one served a request. In HTTP/1.1 a request is written
/// within its own flow of execution: there its connection finds the request's note, and leaves the address. In HTTP/2 a loop of the
/// connection's own writes; there it is the address that was connected to last for the host and port. A connection to a proxy is one to
/// another host and port than the request's: behind a proxy no address is known.
/// </remarks>
sealed class ServerAddresses : DelegatingHandler
{
    /// <summary>Hosts whose last address is kept; when there are more, all are forgotten, and the next connections tell.</summary>
    const int HostsMax = 1_000;

    static readonly AsyncLocal<Note?> Current = new();
    readonly ConcurrentDictionary<Place, IPAddress> _last = new();

    /// <summary>Where a request that was answered carries the address.</summary>
    public static readonly HttpRequestOptionsKey<IPAddress> Key = new("haul.server-address");

    /// <summary>The address of the server that a request was answered by, or null where it is not known.</summary>
    public static IPAddress? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var address) ? address : null;

    /// <summary>A connection as the HTTP library is to use it.</summary>
    /// <param name="socket">It is connected, and goes with the stream.</param>
    /// <param name="to">The host and port that were connected to.</param>
    public Stream Open(Socket socket, DnsEndPoint to)
    {
        if (socket.RemoteEndPoint is not IPEndPoint { Address: var address })
            return new NetworkStream(socket, ownsSocket: true);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
        if (_last.Count >= HostsMax)
            _last.Clear();
        var place = Place.Of(to.Host, to.Port);
        _last[place] = address;
        return new Connection(socket, place, address);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var note = new Note(Place.Of(request.RequestUri!.IdnHost, request.RequestUri.Port));
        Current.Value = note;
        var response = await base.SendAsync(request, cancellationToken);
        if ((note.Address ?? _last.GetValueOrDefault(note.To)) is { } address)
            request.Options.Set(Key, address);
        return response;
    }

    /// <summary>A host and port, as a request or a connection names them.</summary>
    readonly record struct Place(string Host, int Port)
    {
        /// <summary>An IPv6 address is named with its brackets by the one and without by the other.</summary>
        public static Place Of(string host, int port) => new(host.Trim('[', ']'), port);
    }

    /// <summary>What a request learns on its way.</summary>
    sealed class Note(Place to)
    {
        public Place To => to;

        public IPAddress? Address { get; set; }
    }

    /// <summary>A connection that tells each request that is written to it where that goes.</summary>
    sealed class Connection(Socket socket, Place to, IPAddress address) : NetworkStream(socket, ownsSocket: true)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Current.Value is { } note && note.To == to)
                note.Address = address;
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
