using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>An HTTP/1.1 origin on the loopback that serves well until its paths are told to misbehave.</summary>
/// <remarks>Written on bare sockets, because no HTTP server library lets itself be this wrong.</remarks>
sealed class FaultyOrigin : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, OriginFile> _files = new();
    readonly ConcurrentQueue<OriginRequest> _requests = new();
    readonly X509Certificate2? _certificate;
    readonly ConnectionListener _listener;
    readonly TimeProvider _time;
    int _answering;
    int _answeringMax;

    FaultyOrigin(IPAddress address, X509Certificate2? certificate, TimeProvider time)
    {
        _certificate = certificate;
        _time = time;
        _listener = new ConnectionListener(address, time, ServeAsync);
    }

    public int Port => _listener.EndPoint.Port;

    /// <summary>The scheme, address and port.</summary>
    public Uri Root => new($"{(_certificate is null ? "http" : "https")}://{_listener.EndPoint}");

    /// <summary>All requests so far, in the order of their arrival.</summary>
    public IReadOnlyList<OriginRequest> Requests => [.. _requests];

    public int ConnectionsAccepted => _listener.Accepted;

    public int ConnectionsOpen => _listener.Open;

    /// <summary>The most connections that were ever open at once.</summary>
    public int ConnectionsMax => _listener.OpenMax;

    /// <summary>The most requests that were ever being answered at once.</summary>
    public int AnsweringMax => Volatile.Read(ref _answeringMax);

    public static FaultyOrigin Start(IPAddress? address = null, TimeProvider? time = null) =>
        new(address ?? IPAddress.Loopback, null, time ?? TimeProvider.System);

    /// <summary>Starts one with TLS, and a certificate of <paramref name="authority"/> for the loopback's names.</summary>
    public static FaultyOrigin StartSecure(TestAuthority authority, IPAddress? address = null) =>
        StartSecure(authority.Issue(), address);

    public static FaultyOrigin StartSecure(X509Certificate2 certificate, IPAddress? address = null) =>
        new(address ?? IPAddress.Loopback, certificate, TimeProvider.System);

    /// <summary>Puts content at a path, with a strong ETag and a date.</summary>
    public OriginFile Serve(string path, TestContent content) => Serve(path, FileVersion.Of(content));

    public OriginFile Serve(string path, FileVersion version) => _files[path] = new OriginFile(version);

    /// <summary>A path with nothing there, for answers that need no content.</summary>
    public OriginFile Serve(string path) => Serve(path, new TestContent(0, 0));

    public Uri UrlOf(string path) => new(Root, path);

    public IReadOnlyList<OriginRequest> RequestsOf(string path) => [.. _requests.Where(request => request.Path == path)];

    /// <summary>How many of the open connections are as old as this one or older.</summary>
    public int RankOf(int connection) => _listener.RankOf(connection);

    /// <summary>Waits until no request is being answered: an asker may have all its bytes before they are counted here.</summary>
    public async Task WaitUntilIdleAsync()
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (Volatile.Read(ref _answering) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
    }

    /// <summary>Ends every connection and refuses new ones, as an origin that is down.</summary>
    public Task GoDownAsync() => _listener.StopAsync();

    /// <summary>Is there again, on the same port.</summary>
    public void ComeBack() => _listener.Restart();

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _certificate?.Dispose();
    }

    async Task ServeAsync(OriginConnection connection, CancellationToken stopping)
    {
        if (_certificate is not null)
            await connection.SecureAsync(_certificate, stopping);
        var reader = new RequestReader(connection.Stream);
        var writer = new AnswerWriter(connection);
        while (await reader.ReadAsync(stopping) is { } head)
        {
            var request = Record(head, connection);
            if (!await AnswerAsync(request, writer, stopping))
                return;
        }
    }

    async Task<bool> AnswerAsync(OriginRequest request, AnswerWriter writer, CancellationToken stopping)
    {
        CountAnswering();
        try
        {
            return await writer.SendAsync(request, AnswerTo(request), stopping);
        }
        finally
        {
            Interlocked.Decrement(ref _answering);
        }
    }

    OriginAnswer AnswerTo(OriginRequest request)
    {
        var answer = _files.TryGetValue(request.Path, out var file) ? file.Answer(request) : OriginAnswer.Of(404);
        answer.Headers.Add("Date", Wire.Date(_time.GetUtcNow()));
        if (answer.EndsConnection || request.WantsEndOfConnection)
            answer.Headers.Set("Connection", "close");
        return answer;
    }

    OriginRequest Record(RequestHead head, OriginConnection connection)
    {
        var request = new OriginRequest
        {
            Method = head.Method,
            Target = head.Target,
            Version = head.Version,
            Headers = head.Headers,
            Connection = connection,
            At = _time.GetUtcNow(),
        };
        _requests.Enqueue(request);
        return request;
    }

    void CountAnswering()
    {
        var now = Interlocked.Increment(ref _answering);
        for (var max = AnsweringMax; now > max; max = AnsweringMax)
            Interlocked.CompareExchange(ref _answeringMax, now, max);
    }
}
