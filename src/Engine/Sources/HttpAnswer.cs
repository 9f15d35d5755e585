namespace Haul.Engine.Sources;

/// <summary>An open answer of an origin: its facts, checked against what was asked, and its bytes as they come.</summary>
/// <remarks>The answer stays open as long as the next byte wanted is the next in line, so that one request serves many pieces.</remarks>
sealed class HttpAnswer(HttpResponseMessage response, Stream body, Uri from) : IDisposable
{
    /// <summary>The remote position of the next byte that <see cref="ReadAsync"/> gives.</summary>
    public long Position { get; private set; }

    /// <summary>The remote position behind the last byte, or -1 where only the end of the answer tells.</summary>
    public long End { get; private init; }

    /// <summary>The complete length of the remote file, or -1 where the server did not say.</summary>
    public long TotalLength { get; private init; }

    /// <summary>True for a 206 that answers a range.</summary>
    public bool IsPartial { get; private init; }

    /// <summary>The version of the content these bytes belong to.</summary>
    public required Validator Validator { get; init; }

    /// <summary>Where the bytes come from in the end, after redirects.</summary>
    public Uri From => from;

    /// <summary>A Metalink that its server says describes the content, so that its pieces can be proved; null where none may be taken.</summary>
    public Uri? DescribedBy => LinkHeader.DescribedBy(response, from);

    /// <summary>Status line and header lines, without Set-Cookie, as a person may want to read them.</summary>
    public string Headers => _headers ??= Render(response);

    string? _headers;

    /// <summary>Takes a checked answer: 206 from <paramref name="first"/> to before <paramref name="end"/>, or the whole.</summary>
    public static HttpAnswer Of(HttpResponseMessage response, Stream body, long first, long end, long total, bool partial) =>
        new(response, body, response.RequestMessage!.RequestUri!)
        {
            Position = first,
            End = end,
            TotalLength = total,
            IsPartial = partial,
            Validator = Validator.Of(response, total),
        };

    /// <summary>Reads what has come, at least one byte; 0 at the end of an answer whose end was not announced.</summary>
    public async ValueTask<(int Count, SourceFailure? Failure)> ReadAsync(Memory<byte> into, CancellationToken cancel)
    {
        try
        {
            if (End >= 0 && into.Length > End - Position)
                into = into[..(int)(End - Position)];
            var count = await body.ReadAsync(into, cancel);
            Position += count;
            if (count == 0 && End >= 0)
                return (0, HttpFaults.EndedEarly(from, Position, End));
            return (count, null);
        }
        catch (Exception e) when (HttpFaults.IsExpected(e))
        {
            return (0, HttpFaults.Of(e, from));
        }
    }

    public void Dispose() => response.Dispose();

    static string Render(HttpResponseMessage response)
    {
        var text = new System.Text.StringBuilder();
        text.Append("HTTP/").Append(response.Version).Append(' ').Append((int)response.StatusCode).Append(' ').Append(response.ReasonPhrase).Append("\r\n");
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                text.Append(name).Append(": ").Append(values.ToString()).Append("\r\n");
        }
        return text.ToString();
    }
}
