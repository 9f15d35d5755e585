using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client;

/// <summary>The local API's calls over one socket: what goes wrong is a failure, whoever's fault it is.</summary>
sealed class AgentHttp : IDisposable
{
    /// <summary>With the delay between them, some seconds: an agent that is that busy is not well.</summary>
    const int ConnectTriesMax = 250;

    static readonly TimeSpan _connectDelay = TimeSpan.FromMilliseconds(20);

    readonly HttpMessageInvoker _http;
    readonly bool _isNamed;

    /// <param name="socketPath">Where the agent listens.</param>
    /// <param name="isNamed">The user said so; else it is a usual place, where root trusts nobody but root.</param>
    public AgentHttp(string socketPath, bool isNamed)
    {
        (SocketPath, _isNamed) = (socketPath, isNamed);
        _http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync });
    }

    public string SocketPath { get; }

    /// <summary>What is told when nobody answers.</summary>
    public Failure NoAgent(string why) => new(DO_E_NO_SERVICE, $"No agent answers at {SocketPath} ({why}); start one with: haul agent");

    public Task<Outcome<T>> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, answer, cancel);

    public Task<Outcome<TAnswer>> SendAsync<T, TAnswer>(HttpMethod method, string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer, CancellationToken cancel) =>
        SendAsync(method, path, JsonSerializer.SerializeToUtf8Bytes(body, type), answer, cancel);

    /// <summary>Sends, and reads the answer.</summary>
    public async Task<Outcome<T>> SendAsync<T>(HttpMethod method, string path, byte[]? body, JsonTypeInfo<T> answer, CancellationToken cancel)
    {
        try
        {
            var sent = await TrySendAsync(method, path, body, null, cancel);
            if (!sent.Succeeded)
                return sent.Failure;
            using var response = sent.Value;
            await using var content = await response.Content.ReadAsStreamAsync(cancel);
            return await JsonSerializer.DeserializeAsync(content, answer, cancel) is { } value ? value : Strange(path);
        }
        catch (JsonException)
        {
            return Strange(path);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return NoAgent(e.Message);
        }
    }

    /// <summary>Sends something that is answered without words.</summary>
    public async Task<Failure?> SendAsync(HttpMethod method, string path, byte[] body, CancellationToken cancel)
    {
        var sent = await TrySendAsync(method, path, body, null, cancel);
        sent.Value?.Dispose();
        return sent.Failure;
    }

    /// <summary>Opens a stream of events.</summary>
    public async Task<Outcome<EventReader>> OpenStreamAsync(string path, string? lastId, CancellationToken cancel)
    {
        var sent = await TrySendAsync(HttpMethod.Get, path, null, lastId, cancel);
        return sent.Succeeded ? new EventReader(await sent.Value.Content.ReadAsStreamAsync(cancel)) : sent.Failure;
    }

    /// <summary>Opens bytes to be read as they come.</summary>
    public async Task<Outcome<Stream>> OpenBodyAsync(string path, CancellationToken cancel)
    {
        var sent = await TrySendAsync(HttpMethod.Get, path, null, null, cancel);
        return sent.Succeeded ? await sent.Value.Content.ReadAsStreamAsync(cancel) : sent.Failure;
    }

    async Task<Outcome<HttpResponseMessage>> TrySendAsync(HttpMethod method, string path, byte[]? body, string? lastId, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri("http://localhost" + path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        try
        {
            var response = await _http.SendAsync(request, cancel);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                return await ReadFailureAsync(response, path, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return e.InnerException is HaulException refused ? refused.Failure : NoAgent(Innermost(e).Message);
        }
    }

    static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e;
    }

    static async Task<Failure> ReadFailureAsync(HttpResponseMessage response, string path, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new Failure(E_UNEXPECTED, $"The agent answered {path} with {(int)response.StatusCode} and no reason; is it another program?");
        var problem = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancel), ProtocolJson.Default.Problem);
        return problem is null ? Strange(path) : new Failure(problem.Code, problem.Detail);
    }

    static Failure Strange(string path) => new(E_UNEXPECTED, $"The agent's answer to {path} cannot be understood; are agent and program of different versions?");

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await ConnectAsync(socket, cancel);
            if (AgentPeer.Refusal(socket, SocketPath, _isNamed) is { } refusal)
                throw new HaulException(refusal);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task ConnectAsync(Socket socket, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancel);
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock && tries < ConnectTriesMax)
            {
                // Too many are connecting at this moment: on a Unix socket that is an error and not a wait.
                await Task.Delay(_connectDelay, TimeProvider.System, cancel);
            }
        }
    }

    public void Dispose() => _http.Dispose();
}
