using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Haul.Engine.Downloads;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.RestCompat;

/// <summary>The REST interface of Microsoft's Linux agent, on a port of the loopback: a server of its own, since its clients write
/// requests that no web server takes.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
sealed class RestServer : IAsyncDisposable
{
    /// <summary>Connections that wait to be taken; beyond it the system lets clients wait.</summary>
    const int Backlog = 512;

    readonly RestOptions _options;
    readonly long _connectionsMax;
    readonly RestCalls _calls;
    readonly ILogger _log;
    readonly TimeProvider _time = TimeProvider.System;
    readonly Socket _listener;
    readonly RestPortFile _portFile;
    readonly ConcurrentDictionary<RestConnection, Task> _connections = [];
    readonly CancellationTokenSource _stop = new();
    readonly ITimer _sweep;
    readonly Task _accepting;

    RestServer(RestOptions options, RestCalls calls, Socket listener, RestPortFile portFile, ILogger log)
    {
        (_options, _calls, _listener, _portFile, _log) = (options, calls, listener, portFile, log);
        // A process without a single file to open cannot fetch, and a runtime that has to load something then ends it.
        _connectionsMax = Math.Min(options.Limits.ConnectionsMax, Posix.FilesLeft / 2);
        _sweep = _time.CreateTimer(_ => Sweep(), null, options.Limits.SweepInterval, options.Limits.SweepInterval);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it answers.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Starts it; it answers when this returns.</summary>
    public static Outcome<RestServer> Start(RestOptions options, DownloadCalls downloads, ILogger log)
    {
        var user = UserOf(options.User);
        if (!user.Succeeded)
            return user.Failure;
        var directory = Path.GetFullPath(options.Directory);
        if (RestPortFile.Prepare(directory) is { } refused)
            return refused;
        if (Listen(options) is not { } listener)
            return new Failure(DO_E_NO_SERVICE, $"No port of 127.0.0.1 from {options.PortFirst} to {options.PortLast} is free for the REST interface");
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var file = RestPortFile.Write(directory, port);
        if (!file.Succeeded)
        {
            listener.Dispose();
            return file.Failure;
        }
        RestLog.Started(log, port, directory, user.Value.Name);
        return new RestServer(options, new RestCalls(downloads, user.Value), listener, file.Value, log);
    }

    /// <summary>Whose the downloads are; without the rights of an administrator, whoever it is.</summary>
    static Outcome<Caller> UserOf(string? name)
    {
        var own = PeerCredentials.Current();
        if (name is null && own.Uid != 0)
            return own;
        if (Users.Of(name ?? RestOptions.UsualUser) is not { } user)
        {
            return name is not null
                ? new Failure(E_INVALIDARG, $"There is no user '{name}' for the REST interface")
                : new Failure(E_ACCESSDENIED, $"As root, the REST interface would let every local user make files anywhere: make the user '{RestOptions.UsualUser}', whose downloads they are then, or name another with --rest-user");
        }
        return user.Uid == own.Uid || own.Uid == 0
            ? user with { IsAdministrator = false }
            : new Failure(E_ACCESSDENIED, $"Only root can serve the REST interface for another user than itself; leave --rest-user {user.Name} away");
    }

    static Socket? Listen(RestOptions options)
    {
        for (var port = options.PortFirst; port <= options.PortLast; port++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen(Backlog);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        return null;
    }

    /// <summary>Takes connections until it is stopped. What keeps it from taking one, such as too many open files, it waits out.</summary>
    async Task AcceptAsync()
    {
        var isHeldUp = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                if (isHeldUp)
                    RestLog.AcceptsAgain(_log);
                isHeldUp = false;
                Take(socket);
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (!isHeldUp)
                    RestLog.CannotAccept(_log, e.Message);
                isHeldUp = true;
                await Task.Delay(_options.Limits.AcceptPause, _time);
            }
        }
    }

    void Take(Socket socket)
    {
        // Those beyond the limit are closed at once; clients try again.
        if (_connections.Count >= _connectionsMax)
        {
            socket.Dispose();
            return;
        }
        var connection = new RestConnection(socket, _calls, _options.Limits, _time);
        _connections[connection] = connection.Ended;
        _ = ServeAsync(connection);
    }

    async Task ServeAsync(RestConnection connection)
    {
        try
        {
            await connection.RunAsync();
        }
        catch (Exception e)
        {
            RestLog.CallFailed(_log, e);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            connection.SetEnded();
        }
    }

    void Sweep()
    {
        var now = _time.GetTimestamp();
        foreach (var connection in _connections.Keys)
            connection.Sweep(now);
    }

    /// <summary>Stops: no new connections, calls under way finish, the port file goes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _portFile.Dispose();
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _connections.Keys)
            connection.Stop();
        var all = Task.WhenAll(_connections.Values);
        using var patience = new CancellationTokenSource(_options.Limits.StopTimeout, _time);
        await Task.WhenAny(all, Task.Delay(Timeout.InfiniteTimeSpan, _time, patience.Token));
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        await _sweep.DisposeAsync();
        _stop.Dispose();
    }
}
