using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Haul.Engine.Peers;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Peers;

/// <summary>Connections between agents over the real network of this machine.</summary>
public sealed class SocketNetworkTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<bool> Transports => [false, true];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task What_one_side_writes_the_other_reads_both_ways_at_once(bool isTls)
    {
        await using var pair = StreamPair.Listening();
        var (client, server) = await pair.BothAsync(isTls);
        var (there, back) = (new byte[3_000_000], new byte[2_000_000]);
        new Random(1).NextBytes(there);
        new Random(2).NextBytes(back);

        var reads = (StreamPair.ReadAsync(server, there.Length), StreamPair.ReadAsync(client, back.Length));
        Assert.All(await Task.WhenAll(client.WriteAsync(there, Cancel).AsTask(), server.WriteAsync(back, Cancel).AsTask()), wasWritten => Assert.True(wasWritten));

        Assert.Equal(there, await reads.Item1);
        Assert.Equal(back, await reads.Item2);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task The_end_of_one_direction_leaves_the_other_open(bool isTls)
    {
        await using var pair = StreamPair.Listening();
        using var raw = await RawAsync(pair.At);
        var server = await pair.AcceptAsync();
        await using Stream hears = isTls ? await RawTlsAsync(raw, server, pair) : new NetworkStream(raw);
        raw.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await server.ReadAsync(new byte[10], Cancel));
        Assert.True(await server.WriteAsync("still"u8.ToArray(), Cancel));
        var heard = new byte[5];
        await hears.ReadExactlyAsync(heard, Cancel);
        Assert.Equal("still"u8, heard);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_write_that_nobody_reads_waits_until_it_is_cancelled(bool isTls)
    {
        await using var pair = StreamPair.Listening();
        var (client, _) = await pair.BothAsync(isTls);
        using var cancel = new CancellationTokenSource();

        var write = client.WriteAsync(new byte[64 << 20], cancel.Token).AsTask();
        Assert.False(write.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_read_that_nobody_answers_waits_until_it_is_cancelled(bool isTls)
    {
        await using var pair = StreamPair.Listening();
        var (client, _) = await pair.BothAsync(isTls);
        using var cancel = new CancellationTokenSource();

        var read = client.ReadAsync(new byte[10], cancel.Token).AsTask();
        Assert.False(read.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task A_connection_that_was_reset_is_broken_for_reads_and_writes()
    {
        await using var pair = StreamPair.Listening();
        var raw = await RawAsync(pair.At);
        var server = await pair.AcceptAsync();
        raw.LingerState = new LingerOption(true, 0);
        raw.Dispose();

        Assert.Equal(-1, await server.ReadAsync(new byte[10], Cancel));
        Assert.False(await server.WriteAsync(new byte[10], Cancel));
        Assert.Equal(-1, await server.PeekAsync(Cancel));
    }

    [Fact]
    public async Task What_was_written_before_the_end_arrives()
    {
        await using var pair = StreamPair.Listening();
        var (client, server) = await pair.BothAsync(isTls: false);
        Assert.True(await client.WriteAsync("bye"u8.ToArray(), Cancel));
        await client.DisposeAsync();

        Assert.Equal("bye"u8.ToArray(), await StreamPair.ReadAsync(server, 10));
        Assert.Equal(-1, await client.ReadAsync(new byte[1], Cancel));
        Assert.False(await client.WriteAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task The_first_byte_tells_TLS_from_plain_and_stays()
    {
        await using var pair = StreamPair.Listening();
        var (client, server) = await pair.BothAsync(isTls: false);
        var hello = PeerCodec.Write(new PeerMessage.Hello(1, 1, new byte[32], HelloFlags.Plain, 0, pair.Client.PublicKey));
        await client.WriteAsync(hello, Cancel);
        Assert.Equal(0, await server.PeekAsync(Cancel));
        Assert.Equal(hello, await StreamPair.ReadAsync(server, hello.Length));

        var second = await pair.ConnectAsync();
        var asked = await pair.AcceptAsync();
        var shaking = StreamPair.TlsAsync(second, pair.Client, asServer: false);
        Assert.Equal(0x16, await asked.PeekAsync(Cancel));
        Assert.Null((await StreamPair.TlsAsync(asked, pair.Server, asServer: true)).Failure);
        Assert.Null((await shaking).Failure);

        var third = await pair.ConnectAsync();
        var ended = await pair.AcceptAsync();
        await third.DisposeAsync();
        Assert.Equal(-1, await ended.PeekAsync(Cancel));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task It_listens_on_IPv4_and_IPv6_and_tells_addresses_plainly(string at, string to)
    {
        await using var pair = StreamPair.Listening(IPAddress.Parse(at));
        var client = await pair.ConnectAsync(new IPEndPoint(IPAddress.Parse(to), pair.At.Port));
        var server = await pair.AcceptAsync();

        Assert.Equal((to, to), (server.Local.Address.ToString(), server.Remote.Address.ToString()));
        Assert.Equal((server.Remote, server.Local), (client.Local, client.Remote));
        Assert.True(await client.WriteAsync(new byte[1], Cancel));
        Assert.Single(await StreamPair.ReadAsync(server, 1));
    }

    [Fact]
    public async Task A_thousand_connections_are_taken()
    {
        await using var pair = StreamPair.Listening(IPAddress.IPv6Any);
        var to = new IPEndPoint(IPAddress.Loopback, pair.At.Port);
        for (var i = 0; i < 1000; i++)
        {
            var client = await pair.ConnectAsync(to);
            await client.WriteAsync(BitConverter.GetBytes(i), Cancel);
            var server = await pair.AcceptAsync();
            Assert.Equal(i, BitConverter.ToInt32(await StreamPair.ReadAsync(server, 4)));
            // Half of them stay open.
            if (i % 2 == 0)
                await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nobody_there_and_a_place_that_is_taken_are_failures()
    {
        var pair = StreamPair.Listening();
        var at = pair.At;
        Assert.Equal(ERROR_BUSY, pair.Network.Listen(at, _ => { }, out _)?.Code);
        Assert.Equal(E_FAIL, pair.Network.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), _ => { }, out _)?.Code);
        await pair.DisposeAsync();

        var (stream, failure) = await pair.Network.ConnectAsync(at, Cancel);
        Assert.Null(stream);
        Assert.Equal(BG_E_CONNECT_FAILURE, failure?.Code);
        Assert.Contains(at.ToString(), failure?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_certificate_an_older_TLS_and_no_TLS_are_failures()
    {
        await using var pair = StreamPair.Listening();
        foreach (var options in new[] { Options(pair, SslProtocols.Tls13, shows: false), Options(pair, SslProtocols.Tls12, shows: true) })
        {
            using var raw = await RawAsync(pair.At);
            await using var tls = new SslStream(new NetworkStream(raw));
            var shaking = tls.AuthenticateAsClientAsync(options, Cancel).ContinueWith(task => task.Exception, Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
            Assert.Equal(DO_E_UNRECOGNIZED_CONN, (await StreamPair.TlsAsync(await pair.AcceptAsync(), pair.Server, asServer: true)).Failure?.Code);
            raw.Close();
            await shaking;
        }
        var plain = await pair.ConnectAsync();
        await plain.WriteAsync(new byte[300], Cancel);
        Assert.Equal(DO_E_UNRECOGNIZED_CONN, (await StreamPair.TlsAsync(await pair.AcceptAsync(), pair.Server, asServer: true)).Failure?.Code);
    }

    [Fact]
    public async Task Two_agents_shake_hands_over_TLS()
    {
        await using var pair = StreamPair.Listening();
        var (client, server) = await pair.BothAsync(isTls: true);
        var group = GroupKey.Make("office", GroupTransport.Tls);

        var sessions = await Task.WhenAll(
            ShakeAsync(client, new HandshakeTerms { Own = pair.Client, Group = group, IsInitiator = true, CertificateKey = pair.Server.PublicKey, Nonce = new byte[32] }),
            ShakeAsync(server, new HandshakeTerms { Own = pair.Server, Group = group, IsInitiator = false, CertificateKey = pair.Client.PublicKey, Nonce = new byte[32] }));

        Assert.Equal([pair.Server.Id, pair.Client.Id], sessions.Select(session => session.Peer));
    }

    static async Task<PeerSession> ShakeAsync(Haul.Engine.Platform.IPeerStream stream, HandshakeTerms terms)
    {
        var handshake = new PeerHandshake(terms);
        if (handshake.Start() is { } first)
            Assert.True(await stream.WriteAsync(PeerCodec.Write(first), Cancel));
        while (true)
        {
            var head = PeerFrame.Read(await StreamPair.ReadAsync(stream, PeerFrame.HeadBytes), isSealed: false);
            var step = handshake.Take(PeerCodec.Read(head.Value, await StreamPair.ReadAsync(stream, head.Value.BodyBytes)).Value!);
            Assert.Null(step.Failure);
            if (step.Answer is not null)
                Assert.True(await stream.WriteAsync(PeerCodec.Write(step.Answer), Cancel));
            if (step.Session is not null)
                return step.Session;
        }
    }

    static async Task<Socket> RawAsync(IPEndPoint to)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to, Cancel);
        return socket;
    }

    static async Task<SslStream> RawTlsAsync(Socket raw, Haul.Engine.Platform.IPeerStream server, StreamPair pair)
    {
        var tls = new SslStream(new NetworkStream(raw));
        await Task.WhenAll(tls.AuthenticateAsClientAsync(Options(pair, SslProtocols.Tls13, shows: true), Cancel), StreamPair.TlsAsync(server, pair.Server, asServer: true));
        return tls;
    }

    static SslClientAuthenticationOptions Options(StreamPair pair, SslProtocols protocol, bool shows) => new()
    {
        TargetHost = "x",
        EnabledSslProtocols = protocol,
        ClientCertificates = shows ? [pair.Client.Certificate] : [],
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };
}
