using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Haul.Bench.Tracker;

/// <summary>Announces each peer once, many calls in a row on each connection before their answers are read.</summary>
static class Filling
{
    const int Connections = 4;
    const int InARow = 50;

    public static async Task<int> RunAsync(int port, int peers, int swarms, string authorization)
    {
        var parts = Enumerable.Range(0, Connections).Select(part => FillAsync(port, peers, swarms, authorization, part));
        var answered = (await Task.WhenAll(parts)).Sum();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answered} of {peers}"));
        return answered == peers ? 0 : 1;
    }

    static async Task<int> FillAsync(int port, int peers, int swarms, string authorization, int part)
    {
        await Task.Yield();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await using var stream = new BufferedStream(new NetworkStream(socket), 64 << 10);
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 64 << 10);
        var answered = 0;
        for (var first = part; first < peers; first += Connections * InARow)
        {
            var calls = new StringBuilder();
            var count = 0;
            for (var peer = first; peer < peers && count < InARow; peer += Connections, count++)
                Append(calls, peer, swarms, authorization);
            await socket.SendAsync(Encoding.ASCII.GetBytes(calls.ToString()));
            for (var call = 0; call < count; call++)
                answered += await IsAnsweredAsync(reader) ? 1 : 0;
        }
        return answered;
    }

    // The same peers as those of bench/announce.lua.
    static void Append(StringBuilder calls, int peer, int swarms, string authorization)
    {
        var own = $"10.{peer >> 16 & 255}.{peer >> 8 & 255}.{peer & 255}";
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"peer":"{{peer:x32}}","port":7680,"addresses":["{{own}}"],"site":"site{{peer % 97}}","swarms":[{"id":"{{peer % swarms:x64}}","left":1000000,"downloaded":0,"uploaded":0,"fromOrigin":0,"mode":"group","wanted":0,"event":"started"}]}""");
        calls.Append(CultureInfo.InvariantCulture, $"POST /v1/announce HTTP/1.1\r\nHost: t\r\nAuthorization: {authorization}\r\nX-Forwarded-For: 20{own[1..]}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    static async Task<bool> IsAnsweredAsync(StreamReader reader)
    {
        var status = await reader.ReadLineAsync() ?? throw new IOException("The tracker closed the connection");
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header.AsSpan(15), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        }
        var body = new char[length];
        await reader.ReadBlockAsync(body);
        return status.Contains(" 200 ", StringComparison.Ordinal);
    }
}
