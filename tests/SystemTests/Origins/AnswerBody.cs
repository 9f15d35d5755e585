namespace Haul.SystemTests.Origins;

/// <summary>Fills a span with the bytes of a body from an offset on.</summary>
delegate void BytesAt(long offset, Span<byte> into);

/// <summary>The bytes of an answer after its headers, made as they are sent.</summary>
sealed class AnswerBody(long length, BytesAt read)
{
    public static AnswerBody Empty { get; } = new(0, (_, _) => { });

    public long Length => length;

    public static AnswerBody Of(byte[] bytes) =>
        new(bytes.Length, (offset, into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into));

    public static AnswerBody Of(string text) => Of(Wire.Bytes(text));

    public static AnswerBody Of(TestContent content) => new(content.Length, content.Read);

    public static AnswerBody Of(TestContent content, ContentRange part) =>
        new(part.Length, (offset, into) => content.Read(part.First + offset, into));

    public void Read(long offset, Span<byte> into) => read(offset, into);

    public byte[] ToArray()
    {
        var bytes = new byte[length];
        read(0, bytes);
        return bytes;
    }

    /// <summary>Its first <paramref name="count"/> bytes.</summary>
    public AnswerBody Cut(long count) => new(Math.Clamp(count, 0, length), read);

    /// <summary>This body with another after it.</summary>
    public AnswerBody Then(AnswerBody next) => new(length + next.Length, (offset, into) =>
    {
        var here = (int)Math.Clamp(length - offset, 0, into.Length);
        if (here > 0)
            read(offset, into[..here]);
        if (here < into.Length)
            next.Read(offset + here - length, into[here..]);
    });
}
