using System.Net;
using System.Net.Sockets;

namespace Haul.Engine.Platform;

/// <summary>Takes connections from a socket, one after the other, and hands them on.</summary>
sealed class SocketListener : IPeerListener
{
    // Where the machine is out of sockets or memory, trying on at once would only take what others let go.
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    readonly Socket _socket;
    readonly Action<IPeerStream> _accepted;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _stopping = new();
    readonly Task _loop;

    public SocketListener(Socket socket, Action<IPeerStream> accepted, TimeProvider time)
    {
        (_socket, _accepted, _time) = (socket, accepted, time);
        Local = SocketStream.Plain(socket.LocalEndPoint);
        _loop = RunAsync();
    }

    public IPEndPoint Local { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stopping.Dispose();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                if (!await TryAcceptAsync())
                    await Task.Delay(_pause, _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It was to end.
        }
    }

    // False where the machine has no room for more.
    async Task<bool> TryAcceptAsync()
    {
        try
        {
            await AcceptAsync();
            return true;
        }
        catch (SocketException e)
        {
            // Or one that was gone before it was taken.
            return e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NotConnected;
        }
    }

    async Task AcceptAsync()
    {
        var socket = await _socket.AcceptAsync(_stopping.Token);
        try
        {
            socket.NoDelay = true;
            _accepted(new SocketStream(socket));
        }
        catch (SocketException)
        {
            socket.Dispose();
        }
    }
}
