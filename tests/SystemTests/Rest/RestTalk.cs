using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Rest;

/// <summary>One connection to the REST interface on a bare socket.</summary>
sealed class RestTalk : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly CancellationTokenSource _patience = new(RunningProgram.Patience);
    string _read = "";

    public static async Task<RestTalk> ConnectAsync(int port)
    {
        var talk = new RestTalk();
        await talk._socket.ConnectAsync(IPAddress.Loopback, port);
        return talk;
    }

    public async Task SendAsync(string words)
    {
        for (var bytes = Encoding.UTF8.GetBytes(words).AsMemory(); !bytes.IsEmpty;)
            bytes = bytes[await _socket.SendAsync(bytes, _patience.Token)..];
    }

    /// <summary>The next answer, head and body, exactly as it came; at the end of the connection what is left.</summary>
    public async Task<string> ReadAsync()
    {
        var bytes = new byte[64 << 10];
        while (LengthOf(_read) is var length && (length < 0 || _read.Length < length))
        {
            var count = await _socket.ReceiveAsync(bytes, _patience.Token);
            if (count == 0)
                length = _read.Length;
            else
                _read += Encoding.Latin1.GetString(bytes, 0, count);
            if (count == 0)
                return Take(length);
        }
        return Take(LengthOf(_read));
    }

    /// <summary>All that comes until the connection ends.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var bytes = new byte[64 << 10];
        while (await _socket.ReceiveAsync(bytes, _patience.Token) is var count and > 0)
            _read += Encoding.Latin1.GetString(bytes, 0, count);
        return Take(_read.Length);
    }

    /// <summary>Asks as the SDK does, and gives the status code and the body.</summary>
    public async Task<(int Status, string Body)> AskAsync(string method, string target)
    {
        await SendAsync($"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: DO-SDK-CPP\r\n\r\n");
        var reply = await ReadAsync();
        return (int.Parse(reply.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), reply[(reply.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    /// <summary>A call that must succeed; a member of what it answers.</summary>
    public async Task<string> AskAsync(string method, string target, string member)
    {
        var (status, body) = await AskAsync(method, target);
        Assert.True(status == 200, $"{method} {target}: {body}");
        return (string)JsonNode.Parse(body)![member]!;
    }

    public async Task<string> CreateAsync(Uri url, string path) =>
        await AskAsync("POST", $"download/create?Uri={Uri.EscapeDataString(url.AbsoluteUri)}&DownloadFilePath={path}", "Id");

    public async Task DoAsync(string operation, string id) => Assert.Equal((200, "{}\n"), await AskAsync("POST", $"download/{operation}?Id={id}"));

    public async Task FailAsync(string method, string target, int code, int status = 400) =>
        Assert.Equal((status, $$"""{ "ErrorCode": {{code}} }"""), await AskAsync(method, target));

    public Task<string> StatusAsync(string id, string member = "Status") => AskAsync("GET", $"download/getstatus?Id={id}", member);

    public async Task WaitForAsync(string id, string status)
    {
        while (await StatusAsync(id) is var now && now != status)
        {
            _patience.Token.ThrowIfCancellationRequested();
            Assert.False(now == "Paused" && await StatusAsync(id, "ErrorCode") is var code && code != "0", $"It failed instead of being {status}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
        }
    }

    /// <summary>Waits until more bytes are here.</summary>
    public async Task WaitForBytesAsync(string id, long more)
    {
        while (long.Parse(await StatusAsync(id, "BytesTransferred"), System.Globalization.CultureInfo.InvariantCulture) < more)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
    }

    static int LengthOf(string read)
    {
        var head = read.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var length = read.IndexOf("Content-Length: ", StringComparison.Ordinal);
        return head < 0 || length < 0 || length > head ? -1
            : head + 4 + int.Parse(read.AsSpan(length + 16, read.IndexOf('\r', length) - length - 16), System.Globalization.CultureInfo.InvariantCulture);
    }

    string Take(int length)
    {
        var taken = _read[..length];
        _read = _read[length..];
        return taken;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _patience.Dispose();
    }
}
