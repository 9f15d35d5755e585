using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Routes;

/// <summary>How failures are told: problem details of RFC 9457, with the code that HTTP has no number for.</summary>
static class Problems
{
    public const string MediaType = "application/problem+json";

    const uint FacilityWin32 = 0x8007_0000;

    static readonly Dictionary<HResult, int> _statuses = new()
    {
        [E_ACCESSDENIED] = 403,
        [DO_E_JOB_NOT_FOUND] = 404,
        [BG_E_FILE_NOT_FOUND] = 404,
        [E_NOT_SET] = 404,
        [DO_E_NO_DOWNLOADS] = 404,
        [DO_E_UNKNOWN_PROPERTY_ID] = 404,
        [DO_E_INVALID_STATE] = 409,
        [DO_E_READ_ONLY_PROPERTY] = 409,
        [DO_E_WRITE_ONLY_PROPERTY] = 409,
        [DO_E_DOWNLOAD_NO_URI] = 409,
        [DO_E_DOWNLOAD_RANGES_EXPECTED] = 409,
        [DO_E_FILE_DOWNLOADSINK_UNSPECIFIED] = 409,
        [DO_E_FILE_DOWNLOADSINK_ALREADY_SET] = 409,
        [DO_E_FILE_ENCRYPTION_EXPECTED] = 409,
        [DO_E_INTEGRITYCHECKINFO_UNSPECIFIED] = 409,
        [DO_E_JOB_EMPTY] = 409,
        [E_INVALIDARG] = 400,
        [E_NOTIMPL] = 400,
        [BG_E_STRING_TOO_LONG] = 400,
        [INET_E_INVALID_URL] = 400,
        [CRYPT_E_FILE_ERROR] = 400,
        [DO_E_INVALID_RANGE] = 400,
        [DO_E_OVERLAPPING_RANGES] = 400,
        [BG_E_TOO_MANY_FILES_IN_JOB] = 413,
        [BG_E_TOO_MANY_RANGES_IN_FILE] = 413,
        [BG_E_TOO_MANY_JOBS_PER_USER] = 429,
        [DO_E_NO_MORE_CONNECTIONS] = 429,
        [DO_E_NO_SERVICE] = 503,
    };

    /// <summary>The HTTP status of a code. What a disk refuses is the request's fault, since the request named the place.</summary>
    public static int StatusOf(HResult code) =>
        _statuses.TryGetValue(code, out var status) ? status : ((uint)code.Value & 0xFFFF_0000) == FacilityWin32 ? 422 : 500;

    public static Problem Of(Failure failure) => Of(failure, StatusOf(failure.Code));

    public static byte[] Write(Problem problem) => JsonSerializer.SerializeToUtf8Bytes(problem, ProtocolJson.Default.Problem);

    /// <summary>Answers with a failure.</summary>
    public static Task FailAsync(this HttpContext http, Failure failure) => http.FailAsync(failure, StatusOf(failure.Code));

    /// <summary>Answers with a failure of HTTP itself.</summary>
    public static Task FailAsync(this HttpContext http, Failure failure, int status)
    {
        var body = Write(Of(failure, status));
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    static Problem Of(Failure failure, int status) =>
        new("about:blank", TextOf(failure.Code) ?? "The call failed.", status, failure.Text, failure.Code, NameOf(failure.Code));
}
