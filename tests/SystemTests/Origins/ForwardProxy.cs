using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Origins;

/// <summary>A small forward proxy on the loopback: tunnels for https, whole URLs for http, and a password if wanted.</summary>
sealed class ForwardProxy : IAsyncDisposable
{
    readonly ConcurrentQueue<OriginRequest> _requests = new();
    readonly ConnectionListener _listener;
    readonly string? _authorization;

    ForwardProxy(string? authorization)
    {
        _authorization = authorization;
        _listener = new ConnectionListener(IPAddress.Loopback, TimeProvider.System, ServeAsync);
    }

    public Uri Root => new($"http://{_listener.EndPoint}");

    /// <summary>What was asked of it, tunnels and refusals too; BodyBytesSent counts all bytes given back.</summary>
    public IReadOnlyList<OriginRequest> Requests => [.. _requests];

    public int ConnectionsAccepted => _listener.Accepted;

    public static ForwardProxy Start() => new(null);

    /// <summary>Starts one that answers 407 to whoever does not know this name and password.</summary>
    public static ForwardProxy StartWithPassword(string user, string password) => new(StatusFaults.Basic(user, password));

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    async Task ServeAsync(OriginConnection asker, CancellationToken stopping)
    {
        var reader = new RequestReader(asker.Stream);
        while (await reader.ReadAsync(stopping) is { } head)
        {
            var request = Record(head, asker);
            if (TargetOf(request) is { } target && IsAllowed(request))
            {
                await ForwardAsync(request, target, reader.TakeRest(), stopping);
                return;
            }
            if (!await new AnswerWriter(asker).SendAsync(request, Refusal(request), stopping))
                return;
        }
    }

    OriginRequest Record(RequestHead head, OriginConnection asker)
    {
        var request = new OriginRequest
        {
            Method = head.Method,
            Target = head.Target,
            Version = head.Version,
            Headers = head.Headers,
            Connection = asker,
            At = asker.Time.GetUtcNow(),
        };
        _requests.Enqueue(request);
        return request;
    }

    bool IsAllowed(OriginRequest request) => _authorization is null || request["Proxy-Authorization"] == _authorization;

    OriginAnswer Refusal(OriginRequest request)
    {
        if (IsAllowed(request))
            return OriginAnswer.Of(400);
        var answer = OriginAnswer.Of(407);
        answer.Headers.Add("Proxy-Authenticate", "Basic realm=\"haul-proxy\"");
        return answer;
    }

    static Uri? TargetOf(OriginRequest request)
    {
        var url = request.Method == "CONNECT" ? "https://" + request.Target : request.Target;
        return Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "http" or "https" ? target : null;
    }

    static async Task ForwardAsync(OriginRequest request, Uri target, byte[] rest, CancellationToken stopping)
    {
        using var onward = new TcpClient();
        try
        {
            await onward.ConnectAsync(target.IdnHost, target.Port, stopping);
        }
        catch (SocketException)
        {
            var answer = OriginAnswer.Of(502);
            answer.EndsConnection = true;
            await new AnswerWriter(request.Connection).SendAsync(request, answer, stopping);
            return;
        }

        var asker = request.Connection.Stream;
        var origin = onward.GetStream();
        request.Status = 200;
        if (request.Method == "CONNECT")
            await asker.WriteAsync("HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray(), stopping);
        else
            await origin.WriteAsync(Wire.Bytes(RewrittenHead(request, target)), stopping);
        await origin.WriteAsync(rest, stopping);
        await RelayAsync(request, asker, origin, stopping);
    }

    /// <summary>Carries bytes both ways until one side has no more.</summary>
    static async Task RelayAsync(OriginRequest request, Stream asker, Stream origin, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var there = CopyAsync(asker, origin, _ => { }, over.Token);
        var back = CopyAsync(origin, asker, request.CountSent, over.Token);
        await Task.WhenAny(there, back);
        await over.CancelAsync();
        await Task.WhenAll(there, back);
    }

    static async Task CopyAsync(Stream from, Stream to, Action<int> count, CancellationToken over)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, over)) > 0;)
        {
            count(read);
            await to.WriteAsync(buffer.AsMemory(0, read), over);
        }
    }

    /// <summary>The request as an origin wants it: a path for a target, nothing of the proxy's, and one answer only.</summary>
    static string RewrittenHead(OriginRequest request, Uri target)
    {
        var head = new StringBuilder($"{request.Method} {target.PathAndQuery} HTTP/1.1\r\n");
        var kept = request.Headers.Where(header =>
            !header.Key.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase));
        foreach (var (name, value) in kept)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        return head.Append("Connection: close\r\n\r\n").ToString();
    }
}
