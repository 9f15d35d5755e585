namespace Haul.SystemTests.Origins;

/// <summary>One answer on its way to being sent, which behaviours may spoil.</summary>
sealed class OriginAnswer(int status, AnswerBody body)
{
    public int Status { get; set; } = status;

    public AnswerHeaders Headers { get; } = new();

    public AnswerBody Body { get; set; } = body;

    public Delivery Delivery { get; } = new();

    /// <summary>The content that the body is of, if it is of one.</summary>
    public TestContent? Content { get; init; }

    /// <summary>The part of the content that the body is, when it is a part.</summary>
    public ContentRange? Range { get; init; }

    /// <summary>The connection ends after this answer.</summary>
    public bool EndsConnection { get; set; }

    /// <summary>Sent instead of everything else, when set.</summary>
    public byte[]? Raw { get; private init; }

    /// <summary>An answer with a short text that says its status.</summary>
    public static OriginAnswer Of(int status)
    {
        // RFC 9110, section 8.6: no Content-Length with these.
        var hasBody = status is not (204 or 304);
        var answer = new OriginAnswer(status, hasBody ? AnswerBody.Of(Wire.Reason(status) + "\n") : AnswerBody.Empty);
        if (hasBody)
        {
            answer.Headers.Add("Content-Type", "text/plain");
            answer.Headers.Add("Content-Length", Wire.Number(answer.Body.Length));
        }
        return answer;
    }

    /// <summary>These bytes and nothing else, then the end of the connection.</summary>
    public static OriginAnswer OfRaw(string bytes) =>
        new(0, AnswerBody.Empty) { Raw = Wire.Bytes(bytes), EndsConnection = true };
}
