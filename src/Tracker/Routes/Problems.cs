using System.Globalization;
using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;

namespace Haul.Tracker.Routes;

/// <summary>How failures are told: problem details of RFC 9457, as the agent's API has them.</summary>
static class Problems
{
    const string MediaType = "application/problem+json";

    /// <summary>Answers with a failure.</summary>
    /// <param name="http">The call.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="failure">What is wrong.</param>
    /// <param name="retryAfter">When it makes sense to try again.</param>
    public static Task FailAsync(this HttpContext http, int status, Failure failure, TimeSpan? retryAfter = null)
    {
        var problem = new Problem("about:blank", HResults.TextOf(failure.Code) ?? "The call failed.", status, failure.Text, failure.Code, HResults.NameOf(failure.Code));
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, ProtocolJson.Default.Problem);
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = body.Length;
        if (status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = Groups.Admission.Scheme;
        if (retryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
