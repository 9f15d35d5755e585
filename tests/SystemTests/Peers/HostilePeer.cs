using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>One that can shake hands as it should, and then says whatever a test wants it to. Each is at an address of its own.</summary>
sealed class HostilePeer : IAsyncDisposable
{
    /// <summary>Its number of the swarm that it opens.</summary>
    public const uint Channel = 1;

    static int _last;

    readonly PeerConnection _connection;
    readonly Channel<PeerMessage> _heard = System.Threading.Channels.Channel.CreateUnbounded<PeerMessage>();
    readonly Task _reading;
    readonly bool _isDeaf;

    HostilePeer(PeerConnection connection, PeerIdentity own, bool isDeaf)
    {
        (_connection, Own, _isDeaf) = (connection, own, isDeaf);
        _reading = isDeaf ? Task.CompletedTask : ReadAsync();
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public PeerIdentity Own { get; }

    public PeerId Id => Own.Id;

    /// <summary>What it was sent; ended with the connection.</summary>
    public ChannelReader<PeerMessage> Heard => _heard.Reader;

    public static PeerIdentity NewIdentity() => PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>An address of the loopback that nobody else has.</summary>
    public static IPAddress NewAddress() => Interlocked.Increment(ref _last) is var number ? new IPAddress([127, 1, (byte)(number / 200), (byte)(1 + number % 200)]) : null!;

    /// <summary>A connection without a word.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint to, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from ?? NewAddress(), 0));
        await socket.ConnectAsync(to, Cancel);
        return socket;
    }

    /// <summary>Shakes hands; null where it is not let in.</summary>
    /// <param name="to">With whom.</param>
    /// <param name="group">By which group's key.</param>
    /// <param name="isDeaf">It reads nothing of what it is sent after that.</param>
    /// <param name="from">Its address, or one of its own.</param>
    public static async Task<HostilePeer?> GreetAsync(IPEndPoint to, GroupKey? group, bool isDeaf = false, IPAddress? from = null)
    {
        var own = NewIdentity();
        var socket = await ConnectAsync(to, from);
        if (isDeaf)
            socket.ReceiveBufferSize = 4096;
        var (connection, _) = await new PeerDoor(own, group, 0, TimeProvider.System).OpenAsync(new SocketStream(socket), isInitiator: true, Cancel);
        return connection is null ? null : new HostilePeer(connection, own, isDeaf);
    }

    /// <summary>Shakes hands, and comes into a swarm.</summary>
    public static async Task<HostilePeer> JoinAsync(HostileHub victim, SwarmSeat seat, GroupKey group, IPAddress? from = null)
    {
        var peer = (await GreetAsync(victim.At, group, from: from))!;
        Assert.NotNull(peer);
        await peer.OpenAsync(seat);
        await victim.LinkAsync(peer.Id);
        return peer;
    }

    /// <summary>It answers no PING: nothing comes between what it is told to send.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Comes into a swarm, and says that it has everything.</summary>
    public async Task OpenAsync(SwarmSeat seat, uint channel = Channel)
    {
        await SendAsync(seat.Meta(channel));
        await SendAsync(new PeerMessage.Bitmap(channel, 0, new PieceIndex(0), seat.Layout.Count, AllBits(seat.Layout.Count)));
    }

    public async Task<bool> SendAsync(PeerMessage message) => await _connection.SendAsync(message, Cancel);

    /// <summary>Sends bytes as they are; false when it was hung up on.</summary>
    public async Task<bool> SendRawAsync(ReadOnlyMemory<byte> bytes) => await _connection.Stream.WriteAsync(bytes, Cancel);

    /// <summary>Sends DATA with this payload.</summary>
    public Task<bool> SendDataAsync(uint id, int offset, int count) => SendRawAsync(FrameOf(new PeerMessage.Bytes(Channel, id, offset), new byte[count]));

    /// <summary>The next message of a kind; others are passed over.</summary>
    public async Task<T> HearAsync<T>() where T : PeerMessage
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (true)
        {
            if (await _heard.Reader.ReadAsync(patience.Token) is T wanted)
                return wanted;
        }
    }

    /// <summary>Returns when it was hung up on.</summary>
    public async Task ClosedAsync()
    {
        Assert.False(_isDeaf);
        await _reading.WaitAsync(RunningProgram.Patience, TimeProvider.System);
    }

    /// <summary>Goes without a word.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _reading;
        Own.Dispose();
    }

    /// <summary>A frame, with what comes behind the fields.</summary>
    public static byte[] FrameOf(PeerMessage message, params byte[] payload)
    {
        var frame = new byte[PeerCodec.SizeOf(message) + payload.Length];
        payload.CopyTo(frame.AsSpan(PeerCodec.Write(message, frame, payload.Length)));
        return frame;
    }

    /// <summary>A frame that says it has another length.</summary>
    public static byte[] WithLength(byte[] frame, uint length)
    {
        byte[] changed = [.. frame];
        BinaryPrimitives.WriteUInt32BigEndian(changed, length);
        return changed;
    }

    static byte[] AllBits(int count)
    {
        var bits = new byte[(count + 7) / 8];
        for (var i = 0; i < count; i++)
            bits[i >> 3] |= (byte)(1 << (i & 7));
        return bits;
    }

    async Task ReadAsync()
    {
        try
        {
            while ((await _connection.ReadAsync(CancellationToken.None)) is { Succeeded: true } read)
            {
                if (read.Value is PeerMessage.Ping(var token) && !IsSilent)
                    await _connection.SendAsync(new PeerMessage.Pong(token), CancellationToken.None);
                if (_connection.PayloadBytes > 0 && !await _connection.SkipPayloadAsync(CancellationToken.None))
                    break;
                _heard.Writer.TryWrite(read.Value);
            }
        }
        finally
        {
            _heard.Writer.TryComplete();
        }
    }
}
