using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Haul.SystemTests.Origins;

/// <summary>Accepts connections on a loopback address and lets each be served, until it is told to stop.</summary>
sealed class ConnectionListener : IAsyncDisposable
{
    readonly Func<OriginConnection, CancellationToken, Task> _serve;
    readonly TimeProvider _time;
    readonly Lock _lock = new();
    readonly SortedSet<int> _open = [];
    readonly ConcurrentQueue<Exception> _bugs = new();
    IPEndPoint _endPoint;
    CancellationTokenSource _stop = new();
    Task _running;
    int _accepted;

    public ConnectionListener(IPAddress address, TimeProvider time, Func<OriginConnection, CancellationToken, Task> serve)
    {
        _serve = serve;
        _time = time;
        var socket = Listen(new IPEndPoint(address, 0));
        _endPoint = (IPEndPoint)socket.LocalEndPoint!;
        _running = RunAsync(socket, _stop.Token);
    }

    public IPEndPoint EndPoint => _endPoint;

    public int Accepted => Volatile.Read(ref _accepted);

    public int Open
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>The most connections that were ever open at once.</summary>
    public int OpenMax { get; private set; }

    /// <summary>How many of the open connections are as old as this one or older.</summary>
    public int RankOf(int connection)
    {
        lock (_lock)
            return _open.Count(number => number <= connection);
    }

    /// <summary>Ends every connection and refuses new ones.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Listens again, on the port it had.</summary>
    public void Restart()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _running = RunAsync(Listen(_endPoint), _stop.Token);
    }

    /// <summary>Stops, and throws if serving went wrong in a way that no peer can cause.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        if (!_bugs.IsEmpty)
            throw new AggregateException("The origin itself is wrong.", _bugs);
    }

    static Socket Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }

    async Task RunAsync(Socket listening, CancellationToken stopping)
    {
        var served = new ConcurrentDictionary<int, Task>();
        using (listening)
        {
            try
            {
                while (true)
                {
                    var socket = await listening.AcceptAsync(stopping);
                    socket.NoDelay = true;
                    var number = Interlocked.Increment(ref _accepted);
                    Enter(number);
                    var serving = RunConnectionAsync(new OriginConnection(number, socket, _time), stopping);
                    served[number] = serving;
                    _ = serving.ContinueWith(_ => served.TryRemove(number, out Task? _), TaskScheduler.Default);
                }
            }
            catch (OperationCanceledException)
            {
                // Stopping is how it ends.
            }
        }
        await Task.WhenAll(served.Values);
    }

    async Task RunConnectionAsync(OriginConnection connection, CancellationToken stopping)
    {
        try
        {
            using (connection)
                await _serve(connection, stopping);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException
            or ObjectDisposedException or OperationCanceledException)
        {
            // The peer left, or we stop: both are everyday.
        }
        catch (Exception e)
        {
            _bugs.Enqueue(e);
        }
        Leave(connection.Number);
    }

    void Enter(int number)
    {
        lock (_lock)
        {
            _open.Add(number);
            OpenMax = Math.Max(OpenMax, _open.Count);
        }
    }

    void Leave(int number)
    {
        lock (_lock)
            _open.Remove(number);
    }
}
