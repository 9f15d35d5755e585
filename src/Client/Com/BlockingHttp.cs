using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>Calls of the agent that block their thread, over connections that are kept: the shortest way there and back.</summary>
sealed class BlockingHttp(string socketPath, bool isNamed)
{
    /// <summary>Calls at once; the agent allows a user some hundreds of connections, and there may be other programs.</summary>
    const int CallsMax = 32;

    /// <summary>With the wait between them, some seconds: an agent that is that busy is not well.</summary>
    const int TriesMax = 250;

    /// <summary>The agent closes a connection that is idle for two minutes.</summary>
    static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(1);

    static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(20);

    readonly ConcurrentStack<BlockingConnection> _idle = new();
    readonly SemaphoreSlim _calls = new(CallsMax);

    public string SocketPath => socketPath;

    public Outcome<T> Get<T>(string path, JsonTypeInfo<T> answer) => Ask("GET", path, default, answer);

    public Outcome<TAnswer> Ask<T, TAnswer>(string method, string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer) =>
        Ask(method, path, JsonSerializer.SerializeToUtf8Bytes(body, type), answer);

    /// <summary>Sends something that is answered without words.</summary>
    public Failure? Send(string method, string path, ReadOnlySpan<byte> body) => Ask<bool>(method, path, body, null).Failure;

    /// <summary>Asks, and waits for the answer as long as it takes.</summary>
    /// <param name="method">What HTTP calls it.</param>
    /// <param name="path">The path of the call.</param>
    /// <param name="body">JSON, or nothing.</param>
    /// <param name="answer">What the answer holds; null for nothing.</param>
    public Outcome<T> Ask<T>(string method, string path, ReadOnlySpan<byte> body, JsonTypeInfo<T>? answer)
    {
        if (ForkMark.IsForked)
            return new Failure(DO_E_NO_SERVICE, "This process was forked from the one that has the objects; they are that one's alone");
        _calls.Wait();
        try
        {
            var outcome = AskOnce(method, path, body, answer);
            for (var tries = 1; outcome.Code == DO_E_NO_MORE_CONNECTIONS && tries < TriesMax; tries++)
            {
                // Refused at the door: others of the same user are calling too.
                Task.Delay(BusyDelay, TimeProvider.System).GetAwaiter().GetResult();
                outcome = AskOnce(method, path, body, answer);
            }
            return outcome;
        }
        finally
        {
            _calls.Release();
        }
    }

    Outcome<T> AskOnce<T>(string method, string path, ReadOnlySpan<byte> body, JsonTypeInfo<T>? answer)
    {
        var isRetried = false;
        while (true)
        {
            var kept = isRetried ? null : TakeIdle();
            var opened = kept is null ? Connect() : kept;
            if (!opened.Succeeded)
                return opened.Failure;
            var connection = opened.Value;
            try
            {
                var outcome = Read(connection.Call(method, path, body), path, answer);
                Keep(connection);
                return outcome;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                var isRepeatable = kept is not null && !connection.HasAnswer && method == "GET";
                connection.Dispose();
                // A kept connection may be one of an agent that is no more; reading once more does no harm.
                if (!isRepeatable)
                    return NoAgent(e.Message);
                isRetried = true;
            }
        }
    }

    BlockingConnection? TakeIdle()
    {
        while (_idle.TryPop(out var connection))
        {
            if (TimeProvider.System.GetElapsedTime(connection.UsedAt) < IdleMax && !connection.IsClosed)
                return connection;
            connection.Dispose();
        }
        return null;
    }

    void Keep(BlockingConnection connection)
    {
        if (connection.IsLast)
            connection.Dispose();
        else
            _idle.Push(connection);
    }

    Outcome<BlockingConnection> Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            if (AgentPeer.Refusal(socket, socketPath, isNamed) is not { } refusal)
                return new BlockingConnection(socket);
            socket.Dispose();
            return refusal;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return NoAgent(e.Message);
        }
    }

    static Outcome<T> Read<T>(BlockingAnswer answer, string path, JsonTypeInfo<T>? type)
    {
        try
        {
            if (answer.Status is >= 200 and < 300 && type is null)
                return new Outcome<T>(default(T)!);
            if (answer.Status is >= 200 and < 300)
                return JsonSerializer.Deserialize(answer.Body.Span, type!) is { } value ? value : Strange(path);
            return JsonSerializer.Deserialize(answer.Body.Span, ProtocolJson.Default.Problem) is { } problem ? new Failure(problem.Code, problem.Detail) : Strange(path);
        }
        catch (JsonException)
        {
            return Strange(path);
        }
    }

    Failure NoAgent(string why) => new(DO_E_NO_SERVICE, $"No agent answers at {socketPath} ({why}); start one with: haul agent");

    static Failure Strange(string path) => new(E_UNEXPECTED, $"The agent's answer to {path} cannot be understood; are agent and program of different versions?");
}
