using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Haul.SystemTests.Origins;

/// <summary>One accepted TCP connection, plain or with TLS, that can be ended well or badly.</summary>
sealed class OriginConnection : IDisposable
{
    readonly Socket _socket;
    readonly CuttableStream _transport;
    long _bodyBytesSent;

    public OriginConnection(int number, Socket socket, TimeProvider time)
    {
        Number = number;
        Time = time;
        _socket = socket;
        _transport = new CuttableStream(new NetworkStream(socket, ownsSocket: true));
        Stream = _transport;
    }

    /// <summary>Counted from 1 in the order of arrival.</summary>
    public int Number { get; }

    public TimeProvider Time { get; }

    /// <summary>What is read and written: the bytes inside TLS, when there is TLS.</summary>
    public Stream Stream { get; private set; }

    /// <summary>Bytes of bodies, of all answers, that this connection has carried.</summary>
    public long BodyBytesSent => Interlocked.Read(ref _bodyBytesSent);

    public void CountSent(int bytes) => Interlocked.Add(ref _bodyBytesSent, bytes);

    public async Task SecureAsync(X509Certificate2 certificate, CancellationToken stopping)
    {
        var tls = new SslStream(_transport);
        Stream = tls;
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            },
            stopping);
    }

    /// <summary>Waits, but not beyond the moment when the peer goes away.</summary>
    /// <returns>False when the peer has gone.</returns>
    public async Task<bool> WaitAsync(TimeSpan time, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var waiting = Task.Delay(time, Time, over.Token);
        var leaving = WaitForPeerToLeaveAsync(over.Token);
        var first = await Task.WhenAny(waiting, leaving);
        await over.CancelAsync();
        await Task.WhenAll(waiting, leaving).ContinueWith(_ => { }, TaskScheduler.Default);
        stopping.ThrowIfCancellationRequested();
        return first == waiting;
    }

    /// <summary>Ends it with all that is due: close_notify, then FIN after everything that was written.</summary>
    public async Task CloseAsync()
    {
        if (Stream is SslStream tls)
            await tls.ShutdownAsync();
        _socket.Shutdown(SocketShutdown.Send);
    }

    public async Task BreakAsync(Break how, CancellationToken stopping)
    {
        if (how == Break.CutRecord && Stream is SslStream)
        {
            _transport.CutNextWrite();
            await Stream.WriteAsync(new byte[1024], stopping);
        }
        if (how == Break.Reset)
            _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose()
    {
        Stream.Dispose();
        _transport.Dispose();
    }

    /// <remarks>Looks without taking: a peer that says something while it is owed an answer (close_notify) is leaving too.</remarks>
    async Task WaitForPeerToLeaveAsync(CancellationToken over)
    {
        try
        {
            await _socket.ReceiveAsync(new byte[1], SocketFlags.Peek, over);
        }
        catch (SocketException)
        {
            // It has left by a reset.
        }
    }
}
