using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>A connection over a socket, plain or in TLS.</summary>
/// <remarks>
/// Without TLS, Linux sends files from the page cache (sendfile). Calls that wait borrow what they need, so a connection that is at rest
/// holds no buffer.
/// </remarks>
sealed class SocketStream : IPeerStream
{
    /// <summary>Bytes that are copied at once where the system cannot send the file itself.</summary>
    const int CopyBytes = 256 << 10;

    /// <summary>Bytes that go through our hands when the socket is full: sending them is how we wait for room.</summary>
    const int WaitingBytes = 4 << 10;

    // TCP_NOTSENT_LOWAT of tcp(7) and of Apple's netinet/tcp.h.
    const int UnsentOfLinux = 25;
    const int UnsentOfMac = 0x201;

    readonly Socket _socket;
    SslStream? _tls;

    public SocketStream(Socket socket)
    {
        _socket = socket;
        (Remote, Local) = (Plain(socket.RemoteEndPoint), Plain(socket.LocalEndPoint));
    }

    public IPEndPoint Remote { get; }

    public IPEndPoint Local { get; }

    /// <summary>An address of IPv4 as one, whatever kind of socket it came from.</summary>
    public static IPEndPoint Plain(EndPoint? endpoint) => endpoint is not IPEndPoint ip ? new IPEndPoint(IPAddress.None, 0)
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : ip;

    public void LimitUnsent(int? bytes)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            MemoryMarshal.Write(value, bytes ?? (OperatingSystem.IsLinux() ? 0 : int.MaxValue)); // 0: Linux' own setting
            _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, OperatingSystem.IsLinux() ? UnsentOfLinux : UnsentOfMac, value);
        }
        catch (Exception e) when (IsBreak(e))
        {
            // Then the next write shows it.
        }
    }

    public async ValueTask<int> PeekAsync(CancellationToken cancel)
    {
        try
        {
            var first = new byte[1];
            return await _socket.ReceiveAsync(first, SocketFlags.Peek, cancel) == 1 ? first[0] : -1;
        }
        catch (Exception e) when (IsBreak(e))
        {
            return -1;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return _tls is { } tls ? await tls.ReadAsync(buffer, cancel) : await _socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
        }
        catch (Exception e) when (IsBreak(e))
        {
            return -1;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            if (_tls is { } tls)
                await tls.WriteAsync(bytes, cancel);
            else
                await SendAllAsync(bytes, cancel);
            return true;
        }
        catch (Exception e) when (IsBreak(e))
        {
            return false;
        }
    }

    public async ValueTask<bool> SendFileAsync(ReadOnlyMemory<byte> header, IDiskFile file, long offset, int count, CancellationToken cancel)
    {
        if (_tls is not null || !OperatingSystem.IsLinux() || file.Handle is not { } handle)
            return await CopyAsync(header, file, offset, count, cancel);
        try
        {
            return await WriteAsync(header, cancel) && await HandOverAsync((file, handle), offset, count, cancel);
        }
        catch (Exception e) when (IsBreak(e))
        {
            return false;
        }
    }

    public async ValueTask<(byte[]? PeerPublicKey, Failure? Failure)> StartTlsAsync(X509Certificate2 own, bool asServer, CancellationToken cancel)
    {
        var tls = new SslStream(new NetworkStream(_socket, ownsSocket: false));
        var failure = await PeerTls.StartAsync(tls, own, asServer, Remote, cancel);
        if (failure is null && tls.RemoteCertificate is X509Certificate2 peer)
        {
            _tls = tls;
            return (peer.PublicKey.ExportSubjectPublicKeyInfo(), null);
        }
        await tls.DisposeAsync();
        return (null, failure ?? PeerTls.NoCertificate(Remote));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // What was written still goes out; without this, bytes that nobody read would have it thrown away.
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsBreak(e))
        {
            // It was closed from the other side.
        }
        _socket.Dispose();
        if (_tls is { } tls)
            await tls.DisposeAsync();
    }

    /// <summary>Whether an exception tells that the connection broke; all others are bugs.</summary>
    public static bool IsBreak(Exception e) => e is SocketException or IOException or ObjectDisposedException;

    async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancel)..];
    }

    async ValueTask<bool> HandOverAsync((IDiskFile File, Microsoft.Win32.SafeHandles.SafeFileHandle Handle) from, long offset, int count, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        // What the system sends by itself must not wait: it has our thread meanwhile.
        if (_socket.Blocking)
            _socket.Blocking = false;
        while (count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var error = PosixLinux.SendFile(_socket.SafeHandle, from.Handle, ref offset, ref count);
            if (error is not (Errno.None or Errno.EAGAIN or Errno.EINTR))
                return false;
            var waiting = error == Errno.EAGAIN ? Math.Min(count, WaitingBytes) : 0;
            if (waiting > 0 && !await CopyAsync(default, from.File, offset, waiting, cancel))
                return false;
            (offset, count) = (offset + waiting, count - waiting);
        }
        return true;
    }

    async ValueTask<bool> CopyAsync(ReadOnlyMemory<byte> header, IDiskFile file, long offset, int count, CancellationToken cancel)
    {
        var size = Math.Min(header.Length + count, CopyBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            header.CopyTo(buffer);
            var start = header.Length;
            while (start + count > 0)
            {
                var length = Math.Min(count, size - start);
                if (file.Read(offset, buffer.AsSpan(start, length)) is not null || !await WriteAsync(buffer.AsMemory(0, start + length), cancel))
                    return false;
                (offset, count, start) = (offset + length, count - length, 0);
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
