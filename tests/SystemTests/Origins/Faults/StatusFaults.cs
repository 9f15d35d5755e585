namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins that answer with a status instead of the file.</summary>
static class StatusFaults
{
    /// <summary>Answers the next requests, or all, with this status; several in a row are a sequence.</summary>
    /// <remarks>For Retry-After see <see cref="Seconds"/> and <see cref="Date"/>.</remarks>
    public static OriginFile Fails(this OriginFile file, int status, int times = int.MaxValue, string? retryAfter = null) =>
        file.Answers(_ =>
        {
            if (times <= 0)
                return null;
            times--;
            var answer = OriginAnswer.Of(status);
            if (retryAfter is not null)
                answer.Headers.Add("Retry-After", retryAfter);
            return answer;
        });

    /// <summary>Answers one request with each of these statuses, in order.</summary>
    public static OriginFile FailsInTurn(this OriginFile file, params int[] statuses) =>
        statuses.Aggregate(file, (same, status) => same.Fails(status, times: 1));

    /// <summary>Answers HEAD with this status, and GET well.</summary>
    public static OriginFile RefusesHead(this OriginFile file, int status = 405) =>
        file.Answers(request => request.Method == "HEAD" ? OriginAnswer.Of(status) : null);

    /// <summary>Answers 401 unless the request carries this name and password.</summary>
    public static OriginFile RequiresBasic(this OriginFile file, string user, string password) =>
        Requires(file, Basic(user, password), "Basic realm=\"haul\"");

    /// <summary>Answers 401 unless the request carries this token.</summary>
    public static OriginFile RequiresBearer(this OriginFile file, string token) =>
        Requires(file, "Bearer " + token, "Bearer");

    /// <summary>The value of Authorization that carries a name and a password (RFC 7617).</summary>
    public static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Wire.Bytes($"{user}:{password}"));

    public static string Seconds(int seconds) => Wire.Number(seconds);

    public static string Date(DateTimeOffset date) => Wire.Date(date);

    static OriginFile Requires(OriginFile file, string authorization, string challenge) => file.Answers(request =>
    {
        if (request["Authorization"] == authorization)
            return null;
        var answer = OriginAnswer.Of(401);
        answer.Headers.Add("WWW-Authenticate", challenge);
        return answer;
    });
}
