using System.Net;
using System.Net.Sockets;
using Haul.Protocol.Contract;

namespace Haul.Agent.RestCompat;

/// <summary>One connection: requests in, answers out, one after another, until the client leaves or its time is over.</summary>
/// <remarks>A request that is followed by others in one segment is answered like any other, and so are those.</remarks>
sealed class RestConnection(Socket socket, RestCalls calls, RestLimits limits, TimeProvider time) : IDisposable
{
    // When its time is over, as a timestamp; never, while a call is under way.
    long _deadline = long.MaxValue;
    volatile bool _isStopping;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when nothing of it is left.</summary>
    public Task Ended => _ended.Task;

    public void SetEnded() => _ended.SetResult();

    /// <summary>Only programs on this machine are served: their addresses are the loopback's.</summary>
    public static bool IsServed(EndPoint? peer) => peer is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);

    /// <summary>Serves until it ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            socket.NoDelay = true;
            if (IsServed(socket.RemoteEndPoint))
                await ServeAsync();
            else
                await RefuseAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is gone, or its time was over.
        }
        finally
        {
            socket.Dispose();
        }
    }

    async Task ServeAsync()
    {
        var parser = new RestParser(limits.RequestBytesMax);
        while (await NextAsync(parser) is { } request)
        {
            Volatile.Write(ref _deadline, long.MaxValue);
            var reply = await calls.AnswerAsync(request);
            await SendAsync(reply.Bytes(request.Method != "HEAD"));
        }
    }

    /// <summary>The next request; null at the end.</summary>
    async ValueTask<RestRequest?> NextAsync(RestParser parser)
    {
        // The time of a request runs from its first byte on, however slowly the others come.
        Expect(parser.IsWithin ? limits.RequestTimeout : limits.IdleTimeout);
        while (!_isStopping)
        {
            switch (parser.TryTake(out var request))
            {
                case RestParsed.Request:
                    return request;
                case RestParsed.Bad:
                    await SendAsync(RestReply.NoRequest);
                    await LingerAsync();
                    return null;
            }
            var isFirst = !parser.IsWithin;
            var count = await socket.ReceiveAsync(parser.Room);
            if (count == 0)
                return null;
            parser.Add(count);
            if (isFirst)
                Expect(limits.RequestTimeout);
        }
        return null;
    }

    async Task RefuseAsync()
    {
        Expect(limits.RequestTimeout);
        var parser = new RestParser(limits.RequestBytesMax);
        while (parser.TryTake(out _) == RestParsed.NotYet && await socket.ReceiveAsync(parser.Room) is var count and > 0)
            parser.Add(count);
        await SendAsync(RestReply.Of(HResults.E_INVALIDARG).Bytes());
        await LingerAsync();
    }

    async ValueTask SendAsync(byte[] bytes)
    {
        Expect(limits.RequestTimeout);
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
    }

    /// <summary>Ends the answers and reads what is still on its way, since closing with unread bytes would destroy the last of them.</summary>
    async Task LingerAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        var scrap = new byte[4096];
        for (var left = limits.RequestBytesMax; left > 0;)
        {
            var count = await socket.ReceiveAsync(scrap);
            if (count == 0)
                return;
            left -= count;
        }
    }

    void Expect(TimeSpan within) => Volatile.Write(ref _deadline, time.GetTimestamp() + (long)(within.TotalSeconds * time.TimestampFrequency));

    /// <summary>Ends it if its time is over.</summary>
    public void Sweep(long now)
    {
        if (now > Volatile.Read(ref _deadline))
            socket.Dispose();
    }

    /// <summary>Lets the call under way finish, and takes no other.</summary>
    public void Stop()
    {
        _isStopping = true;
        try
        {
            // Whoever waits for the next request gets the end.
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void Dispose() => socket.Dispose();
}
