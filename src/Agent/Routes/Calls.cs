using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Haul.Agent.Connections;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Routes;

/// <summary>What every call does: knows its caller, reads its words, writes its answer.</summary>
static class Calls
{
    public const string JsonType = "application/json";

    /// <summary>Members of a list that is answered in one write: some tens of kibibytes.</summary>
    const int ListedWholeMax = 64;

    /// <summary>The caller, as the socket tells.</summary>
    public static Caller Caller(this HttpContext http) => http.Features.Get<CallerFeature>()!.Caller;

    /// <summary>The job that the path names.</summary>
    public static Outcome<Guid> JobId(this HttpContext http) => ParseId((string)http.GetRouteValue("id")!);

    /// <summary>The id of a job, as GUIDs are written.</summary>
    public static Outcome<Guid> ParseId(string text) => Guid.TryParse(text, out var id)
        ? id
        : new Failure(E_INVALIDARG, $"'{text}' is not the id of a job: write it like 01234567-89ab-cdef-0123-456789abcdef");

    /// <summary>The file that the path names; one that cannot be is none.</summary>
    public static int FileIndex(this HttpContext http) =>
        int.TryParse((string)http.GetRouteValue("index")!, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    /// <summary>The body as JSON; a failure where it is not what the call takes.</summary>
    public static async Task<Outcome<T>> ReadAsync<T>(this HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) is { } value
                ? value
                : new Failure(E_INVALIDARG, "The body is null; send the JSON that docs/agent-api.md describes for this call");
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is null ? "" : $" (line {e.LineNumber + 1}, byte {e.BytePositionInLine}, at {e.Path ?? "$"})";
            return new Failure(E_INVALIDARG, $"The body is not the JSON that this call takes{place}; docs/agent-api.md describes it");
        }
    }

    /// <summary>Answers with a value, or with why there is none.</summary>
    public static Task ReplyAsync<T>(this HttpContext http, Outcome<T> outcome, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        if (!outcome.Succeeded)
            return http.FailAsync(outcome.Failure);
        http.Response.StatusCode = status;
        http.Response.ContentType = JsonType;
        // A list of thousands goes as it is written: whole, it would be megabytes that stay with the agent.
        if (outcome.Value is ICollection { Count: > ListedWholeMax })
            return JsonSerializer.SerializeAsync(http.Response.Body, outcome.Value, type, http.RequestAborted);
        // Whole and with its length: head and body leave in one write, and who waits for it wakes once.
        var body = JsonSerializer.SerializeToUtf8Bytes(outcome.Value, type);
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
