namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins that are wrong about the parts they are asked for.</summary>
static class RangeFaults
{
    const string Boundary = "haul-test-boundary";

    /// <summary>Has no ranges and says so by leaving Accept-Ranges away: 200 for everything.</summary>
    public static OriginFile HasNoRanges(this OriginFile file) => file.IgnoresRanges().HidesRanges();

    /// <summary>Serves ranges, or what else it does, but sends no Accept-Ranges.</summary>
    public static OriginFile HidesRanges(this OriginFile file) =>
        file.Spoils((_, answer) => answer.Headers.Remove("Accept-Ranges"));

    /// <summary>Says 416 to every request.</summary>
    public static OriginFile RefusesAll(this OriginFile file) => file.Answers(request => Refusal(file));

    /// <summary>Says 416 to every request with a range.</summary>
    public static OriginFile RefusesRanges(this OriginFile file) =>
        file.Answers(request => request.Range is null ? null : Refusal(file));

    /// <summary>Says 416 to a range that does not begin at the beginning.</summary>
    public static OriginFile RefusesResuming(this OriginFile file) => file.Answers(request =>
        ContentRange.Parse(request.Range, file.Content.Length) is { } asked && asked.Satisfiable is not { First: 0 }
            ? Refusal(file)
            : null);

    /// <summary>Sends a part that lies <paramref name="by"/> bytes from the one asked for, and says that it does.</summary>
    public static OriginFile SendsOtherRange(this OriginFile file, long by) => SpoilsRanges(file, (answer, part) =>
    {
        var other = part with
        {
            First = Math.Clamp(part.First + by, 0, part.Total - 1),
            Last = Math.Clamp(part.Last + by, 0, part.Total - 1),
        };
        answer.Body = AnswerBody.Of(answer.Content!, other);
        answer.Headers.Set("Content-Length", other.Length);
        answer.Headers.Set("Content-Range", other.ToString());
    });

    /// <summary>Sends the bytes asked for and says that they lie <paramref name="by"/> bytes from where they do.</summary>
    public static OriginFile ClaimsOtherOffset(this OriginFile file, long by) => SpoilsRanges(file, (answer, part) =>
        answer.Headers.Set("Content-Range", (part with { First = part.First + by, Last = part.Last + by }).ToString()));

    /// <summary>Sends the first bytes of the file, whatever part it was asked for, and says they are that part.</summary>
    public static OriginFile SendsBeginningAsRange(this OriginFile file) => SpoilsRanges(file, (answer, part) =>
        answer.Body = AnswerBody.Of(answer.Content!, part with { First = 0, Last = part.Length - 1 }));

    /// <summary>Sends 206 with this Content-Range, which may be anything.</summary>
    public static OriginFile ClaimsContentRange(this OriginFile file, string value) =>
        SpoilsRanges(file, (answer, _) => answer.Headers.Set("Content-Range", value));

    /// <summary>Does not say how long the whole is ("bytes 0-9/*").</summary>
    public static OriginFile HidesTotal(this OriginFile file) => SpoilsRanges(file, (answer, part) =>
        answer.Headers.Set("Content-Range", part.ToString().Split('/')[0] + "/*"));

    /// <summary>Sends 206 without Content-Range.</summary>
    public static OriginFile OmitsContentRange(this OriginFile file) =>
        SpoilsRanges(file, (answer, _) => answer.Headers.Remove("Content-Range"));

    /// <summary>Sends parts longer or, by a negative number, shorter than their Content-Range; Content-Length is right.</summary>
    public static OriginFile ResizesRanges(this OriginFile file, int by) => SpoilsRanges(file, (answer, _) =>
    {
        answer.Body = answer.Body.Cut(answer.Body.Length + Math.Min(0, by)).Then(Filler.Of(Math.Max(0, by)));
        answer.Headers.Set("Content-Length", answer.Body.Length);
    });

    /// <summary>Wraps the part in multipart/byteranges, which is for several.</summary>
    public static OriginFile SendsMultipart(this OriginFile file) => SpoilsRanges(file, (answer, part) =>
    {
        var head = $"--{Boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: {part}\r\n\r\n";
        answer.Body = AnswerBody.Of(head).Then(answer.Body).Then(AnswerBody.Of($"\r\n--{Boundary}--\r\n"));
        answer.Headers.Remove("Content-Range");
        answer.Headers.Set("Content-Type", $"multipart/byteranges; boundary={Boundary}");
        answer.Headers.Set("Content-Length", answer.Body.Length);
    });

    static OriginFile SpoilsRanges(OriginFile file, Action<OriginAnswer, ContentRange> spoil) => file.Spoils((_, answer) =>
    {
        if (answer.Range is { } part)
            spoil(answer, part);
    });

    static OriginAnswer Refusal(OriginFile file)
    {
        var answer = OriginAnswer.Of(416);
        answer.Headers.Add("Content-Range", $"bytes */{file.Content.Length}");
        return answer;
    }
}
