using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Peers;

/// <summary>Two ends of real connections, and the identities behind them.</summary>
sealed class StreamPair : IAsyncDisposable
{
    readonly Channel<IPeerStream> _accepted = Channel.CreateUnbounded<IPeerStream>();
    readonly List<IPeerStream> _open = [];
    IPeerListener? _listener;

    public SocketNetwork Network { get; } = new(TimeProvider.System);

    public PeerIdentity Client { get; } = PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public PeerIdentity Server { get; } = PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public IPEndPoint At => _listener!.Local;

    public static StreamPair Listening(IPAddress? at = null)
    {
        var pair = new StreamPair();
        Assert.Null(pair.Network.Listen(new IPEndPoint(at ?? IPAddress.Loopback, 0), stream => pair._accepted.Writer.TryWrite(stream), out pair._listener));
        return pair;
    }

    /// <summary>The next connection that was taken.</summary>
    public async Task<IPeerStream> AcceptAsync()
    {
        var stream = await _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken);
        _open.Add(stream);
        return stream;
    }

    public async Task<IPeerStream> ConnectAsync(IPEndPoint? to = null)
    {
        var (stream, failure) = await Network.ConnectAsync(to ?? At, TestContext.Current.CancellationToken);
        Assert.Null(failure);
        _open.Add(stream!);
        return stream!;
    }

    /// <summary>A connection, plain or in TLS.</summary>
    public async Task<(IPeerStream Client, IPeerStream Server)> BothAsync(bool isTls)
    {
        var client = await ConnectAsync();
        var server = await AcceptAsync();
        if (!isTls)
            return (client, server);
        var shown = await Task.WhenAll(TlsAsync(client, Client, asServer: false), TlsAsync(server, Server, asServer: true));
        Assert.All(shown, one => Assert.Null(one.Failure));
        Assert.Equal(Server.PublicKey, shown[0].Key);
        Assert.Equal(Client.PublicKey, shown[1].Key);
        return (client, server);
    }

    public static async Task<(byte[]? Key, Failure? Failure)> TlsAsync(IPeerStream stream, PeerIdentity own, bool asServer) =>
        await stream.StartTlsAsync(own.Certificate, asServer, TestContext.Current.CancellationToken);

    /// <summary>Reads so many bytes, or as many as come before the end.</summary>
    public static async Task<byte[]> ReadAsync(IPeerStream stream, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && await stream.ReadAsync(bytes.AsMemory(read), TestContext.Current.CancellationToken) is > 0 and var more)
            read += more;
        return bytes[..read];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _open)
            await stream.DisposeAsync();
        if (_listener is not null)
            await _listener.DisposeAsync();
        Client.Dispose();
        Server.Dispose();
    }
}
