using System.Buffers;
using System.Text;

namespace Haul.Agent.RestCompat;

/// <summary>A request: what is left of it once it is parsed, since neither headers nor bodies mean anything here.</summary>
/// <param name="Method">As it was written.</param>
/// <param name="Target">As it was written; clients leave the first slash away.</param>
readonly record struct RestRequest(string Method, string Target);

/// <summary>What came of looking for a request.</summary>
enum RestParsed
{
    /// <summary>It is not whole yet.</summary>
    NotYet,

    /// <summary>Here it is.</summary>
    Request,

    /// <summary>What came is no request, or one that is too long: nothing after it can be understood.</summary>
    Bad,
}

/// <summary>Cuts the bytes of one connection into requests, however they were put into segments.</summary>
/// <remarks>
/// A request line is a word of letters, a target of the characters that URLs are written with, and a version in which only the letters
/// of HTTP, slash, one and dot occur. Lines end in CR LF. A body is skipped by its Content-Length.
/// </remarks>
sealed class RestParser(int bytesMax)
{
    static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    static readonly SearchValues<byte> TargetBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()%:@&=+$,/?"u8);
    static readonly SearchValues<byte> VersionBytes = SearchValues.Create("hHtTpP/1."u8);

    readonly byte[] _bytes = new byte[bytesMax];
    int _start;
    int _end;

    /// <summary>Something of a request is here.</summary>
    public bool IsWithin => _end > _start;

    /// <summary>Where the next bytes go; never empty after <see cref="TryTake"/> said that it wants more.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_start > 0)
            {
                _bytes.AsSpan(_start.._end).CopyTo(_bytes);
                (_start, _end) = (0, _end - _start);
            }
            return _bytes.AsMemory(_end);
        }
    }

    /// <summary>So many bytes came.</summary>
    public void Add(int count) => _end += count;

    /// <summary>Takes the next request out.</summary>
    public RestParsed TryTake(out RestRequest request)
    {
        request = default;
        // Between requests an empty line is no harm.
        while (_end - _start >= 2 && _bytes.AsSpan(_start, 2).SequenceEqual("\r\n"u8))
            _start += 2;
        var bytes = _bytes.AsSpan(_start.._end);
        var headEnd = bytes.IndexOf("\r\n\r\n"u8);
        var lineEnd = bytes.IndexOf((byte)'\n');
        if (lineEnd >= 0 && !TryReadLine(bytes[..lineEnd], out request))
            return RestParsed.Bad;
        if (headEnd < 0)
            return bytes.Length == bytesMax ? RestParsed.Bad : RestParsed.NotYet;
        if (!TryReadHeaders(bytes[(lineEnd + 1)..(headEnd + 2)], out var body) || body > bytesMax - headEnd - 4)
            return RestParsed.Bad;
        var length = headEnd + 4 + body;
        if (bytes.Length < length)
            return RestParsed.NotYet;
        _start += length;
        return RestParsed.Request;
    }

    static bool TryReadLine(ReadOnlySpan<byte> line, out RestRequest request)
    {
        request = default;
        var method = line.IndexOfAnyExcept(Letters);
        if (method <= 0 || line[method] != ' ')
            return false;
        var rest = line[(method + 1)..];
        var target = rest.IndexOfAnyExcept(TargetBytes);
        if (target <= 0 || rest[target] != ' ')
            return false;
        var version = rest[(target + 1)..];
        if (version is not [.., (byte)'\r'] || version.Length == 1 || version[..^1].ContainsAnyExcept(VersionBytes))
            return false;
        request = new RestRequest(Encoding.ASCII.GetString(line[..method]), Encoding.ASCII.GetString(rest[..target]));
        return true;
    }

    /// <summary>Looks through header lines, each with its end, for the length of a body.</summary>
    static bool TryReadHeaders(ReadOnlySpan<byte> lines, out int bodyBytes)
    {
        bodyBytes = 0;
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = lines[..end];
            lines = lines[(end + 1)..];
            var colon = line.IndexOf((byte)':');
            if (line is not [.., (byte)'\r'] || colon <= 0)
                return false;
            if (Ascii.EqualsIgnoreCase(line[..colon], "Transfer-Encoding"u8))
                return false;
            if (Ascii.EqualsIgnoreCase(line[..colon], "Content-Length"u8) && !TryReadNumber(line[(colon + 1)..].Trim(" \t\r"u8), out bodyBytes))
                return false;
        }
        return true;
    }

    static bool TryReadNumber(ReadOnlySpan<byte> digits, out int number) =>
        System.Buffers.Text.Utf8Parser.TryParse(digits, out number, out var used) && used == digits.Length && number >= 0;
}
