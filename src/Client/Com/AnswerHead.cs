using System.Buffers.Text;
using System.Text;

namespace Haul.Client.Com;

/// <summary>The status line and the headers of an answer that matter here.</summary>
readonly ref struct AnswerHead
{
    /// <exception cref="IOException">It is not HTTP.</exception>
    public AnswerHead(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _))
            throw new IOException("The answer is not HTTP.");
        Status = status;
        for (var rest = head; rest.IndexOf("\r\n"u8) is >= 0 and var end; rest = rest[(end + 2)..])
        {
            var line = rest[..end];
            if (Value(line, "content-length:"u8) is { Length: > 0 } length && Utf8Parser.TryParse(length, out int bytes, out _))
                Length = bytes;
            else if (Value(line, "transfer-encoding:"u8).Length > 0)
                IsChunked = true;
            else if (Ascii.EqualsIgnoreCase(Value(line, "connection:"u8), "close"u8))
                IsLast = true;
        }
    }

    public int Status { get; }

    public int Length { get; }

    public bool IsChunked { get; }

    public bool IsLast { get; }

    static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].Trim((byte)' ') : default;
}
