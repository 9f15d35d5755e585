namespace Haul.SystemTests.Origins;

/// <summary>The answer of a well-behaved origin to a request for a file it has.</summary>
static class FileAnswer
{
    public static OriginAnswer To(OriginRequest request, FileVersion version, bool servesRanges)
    {
        if (request.Method is not ("GET" or "HEAD"))
            return Refusal(405, "Allow", "GET, HEAD");

        var total = version.Content.Length;
        // RFC 9110, section 14.2: only GET has ranges.
        var mayBeRange = servesRanges && request.Method == "GET" && version.Satisfies(request["If-Range"]);
        var asked = mayBeRange ? ContentRange.Parse(request.Range, total) : null;
        var answer = asked switch
        {
            null => new OriginAnswer(200, AnswerBody.Of(version.Content)) { Content = version.Content },
            { Satisfiable: { } part } => new OriginAnswer(206, AnswerBody.Of(version.Content, part))
            {
                Content = version.Content,
                Range = part,
            },
            _ => Refusal(416, "Content-Range", $"bytes */{total}"),
        };
        Describe(answer, version);
        return answer;
    }

    static void Describe(OriginAnswer answer, FileVersion version)
    {
        answer.Headers.Set("Content-Type", answer.Content is null ? "text/plain" : "application/octet-stream");
        answer.Headers.Set("Content-Length", answer.Body.Length);
        answer.Headers.Add("Accept-Ranges", "bytes");
        if (answer.Range is { } part)
            answer.Headers.Add("Content-Range", part.ToString());
        if (version.ETag is not null)
            answer.Headers.Add("ETag", version.ETag);
        if (version.LastModified is { } date)
            answer.Headers.Add("Last-Modified", Wire.Date(date));
    }

    static OriginAnswer Refusal(int status, string header, string value)
    {
        var answer = OriginAnswer.Of(status);
        answer.Headers.Add(header, value);
        return answer;
    }
}
