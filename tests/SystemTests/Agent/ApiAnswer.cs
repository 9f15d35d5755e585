using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Agent;

/// <summary>What the local API answered to one call.</summary>
sealed record ApiAnswer(int Status, string MediaType, string Body)
{
    public string? Location { get; private init; }

    /// <summary>The body as what it should be.</summary>
    public T As<T>(JsonTypeInfo<T> type)
    {
        Assert.True(Status is 200 or 201, $"{Status}: {Body}");
        return JsonSerializer.Deserialize(Body, type)!;
    }

    /// <summary>The code of a failure, after a look at its form.</summary>
    public HResult Code(int status)
    {
        Assert.True(status == Status, $"{Status}: {Body}");
        var problem = JsonSerializer.Deserialize(Body, ProtocolJson.Default.Problem)!;
        Assert.Equal(status, problem.Status);
        Assert.Equal(HResults.NameOf(problem.Code), problem.Name);
        Assert.NotEmpty(problem.Detail);
        if (MediaType.Length > 0)
            Assert.Equal("application/problem+json", MediaType);
        return problem.Code;
    }

    public static async Task<ApiAnswer> AskAsync(string socketPath, HttpMethod method, string path, string? body)
    {
        using var http = ClientOf(socketPath);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return new ApiAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync())
        {
            Location = response.Headers.Location?.OriginalString,
        };
    }

    /// <summary>An HTTP client of the framework over a Unix socket, which is not the one of Haul.</summary>
    public static HttpClient ClientOf(string socketPath) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
    };
}
