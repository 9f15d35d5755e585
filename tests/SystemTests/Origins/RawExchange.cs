using System.Net;
using System.Net.Sockets;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>Everything that came back over a bare socket until the other side ended the connection.</summary>
/// <param name="Bytes">All bytes, as they were.</param>
/// <param name="WasReset">The connection ended by a reset, not by a close.</param>
sealed record RawExchange(byte[] Bytes, bool WasReset)
{
    static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    public string Text => Wire.Text(Bytes);

    /// <summary>The lines before the first empty line.</summary>
    public string[] Head => Wire.Text(Bytes.AsSpan(0, EndOfFirstHead)).Split("\r\n");

    /// <summary>The bytes after the first empty line, undecoded.</summary>
    public byte[] Body => Bytes[(EndOfFirstHead + EndOfHead.Length)..];

    int EndOfFirstHead => Bytes.AsSpan().IndexOf(EndOfHead);

    /// <summary>Asks for a path on a connection that the origin is to end after its answer.</summary>
    public static Task<RawExchange> GetAsync(FaultyOrigin origin, string path, params string[] headers) =>
        SendAsync(origin, $"GET {path} HTTP/1.1\r\nHost: test\r\n{Lines([.. headers, "Connection: close"])}\r\n");

    /// <summary>Sends these bytes and reads until the end.</summary>
    public static async Task<RawExchange> SendAsync(FaultyOrigin origin, string request)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        using var client = await ConnectAsync(origin);
        await client.GetStream().WriteAsync(Wire.Bytes(request), patience.Token);
        using var received = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(received, patience.Token);
            return new RawExchange(received.ToArray(), WasReset: false);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return new RawExchange(received.ToArray(), WasReset: true);
        }
    }

    public static async Task<TcpClient> ConnectAsync(FaultyOrigin origin)
    {
        var address = IPAddress.Parse(origin.Root.Host);
        var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, origin.Port);
        return client;
    }

    public string? Header(string name) => Head
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    static string Lines(IEnumerable<string> headers) => string.Concat(headers.Select(header => header + "\r\n"));
}
