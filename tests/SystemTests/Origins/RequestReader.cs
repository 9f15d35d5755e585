using System.Globalization;

namespace Haul.SystemTests.Origins;

/// <summary>The head of a request: its three words and its headers.</summary>
sealed record RequestHead(
    string Method, string Target, string Version, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>Reads requests one after the other from a connection.</summary>
sealed class RequestReader(Stream stream)
{
    const int HeadBytesMax = 64 * 1024;

    static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    readonly byte[] _buffer = new byte[HeadBytesMax];
    int _filled;

    /// <summary>The next request without its body, which is read and dropped; null when the peer has ended.</summary>
    public async Task<RequestHead?> ReadAsync(CancellationToken stopping)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf(EndOfHead)) < 0)
        {
            if (!await FillAsync(stopping))
                return null;
        }
        var head = Parse(Wire.Text(_buffer.AsSpan(0, end)));
        Take(end + EndOfHead.Length);
        return await DropBodyAsync(BodyLength(head), stopping) ? head : null;
    }

    /// <summary>What has arrived after the last head and has not been read.</summary>
    public byte[] TakeRest()
    {
        var rest = _buffer[.._filled];
        _filled = 0;
        return rest;
    }

    async Task<bool> DropBodyAsync(long length, CancellationToken stopping)
    {
        for (var left = length; left > 0;)
        {
            if (_filled == 0 && !await FillAsync(stopping))
                return false;
            var count = (int)Math.Min(left, _filled);
            Take(count);
            left -= count;
        }
        return true;
    }

    async Task<bool> FillAsync(CancellationToken stopping)
    {
        if (_filled == _buffer.Length)
            throw new InvalidDataException("The head of a request is too long.");
        var count = await stream.ReadAsync(_buffer.AsMemory(_filled), stopping);
        _filled += count;
        return count > 0;
    }

    void Take(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }

    static RequestHead Parse(string head)
    {
        var lines = head.Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, var version])
            throw new InvalidDataException($"Not a request: {lines[0]}");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Select(
            pair => KeyValuePair.Create(pair[0], pair.ElementAtOrDefault(1)?.Trim() ?? ""));
        return new RequestHead(method, target, version, [.. headers]);
    }

    static long BodyLength(RequestHead head) => head.Headers
        .Where(header => header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        .Select(header => long.Parse(header.Value, CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
