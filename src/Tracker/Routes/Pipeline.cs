using Haul.Protocol.Contract;
using Haul.Tracker.Addresses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Routes;

/// <summary>What lies around every call: where it comes from, what that address may still ask for, and an answer for what no route answers.</summary>
sealed class Pipeline(TrackerParts parts)
{
    readonly TrustedProxies _proxies = new(parts.Options.Proxies);

    public void Lay(IApplicationBuilder app) => app.Use(AnswerAsync);

    async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            var remote = _proxies.RemoteOf(http);
            // Before anything is read or proved, for that is what costs.
            if (parts.AddressRate.Take(remote, 1) is { } wait)
            {
                parts.Counts.Count(AnnounceOutcome.Limited);
                await http.FailAsync(StatusCodes.Status429TooManyRequests, new Failure(DO_E_NO_MORE_CONNECTIONS, $"Too many calls from {remote}; wait as long as Retry-After says"), wait);
                return;
            }
            http.Features.Set(new RemoteFeature(remote));
            await next(http);
            if (!http.Response.HasStarted && Unanswered(http) is { } failure)
                await http.FailAsync(http.Response.StatusCode, failure);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            var isLarge = e.StatusCode == StatusCodes.Status413PayloadTooLarge;
            parts.Counts.Count(AnnounceOutcome.Malformed);
            await http.FailAsync(e.StatusCode, new Failure(E_INVALIDARG, isLarge ? $"The body is larger than {parts.Options.Limits.BodyBytesMax} bytes; announce fewer swarms at once" : e.Message));
        }
        catch (BadHttpRequestException)
        {
            http.Abort();
        }
        catch (Exception e)
        {
            TrackerLog.CallFailed(parts.Lines, http.Request.Method, http.Request.Path, e);
            if (http.Response.HasStarted)
                http.Abort();
            else
                await http.FailAsync(StatusCodes.Status500InternalServerError, new Failure(E_UNEXPECTED, "The tracker failed inside; its log says more, please report it"));
        }
    }

    static Failure? Unanswered(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Failure(E_NOTIMPL, $"There is no call {http.Request.Path}; docs/tracker-api.md lists all"),
        StatusCodes.Status405MethodNotAllowed => new Failure(E_NOTIMPL, $"{http.Request.Path} cannot be asked with {http.Request.Method}, only with {http.Response.Headers.Allow}"),
        _ => null,
    };
}

/// <summary>Where a call comes from.</summary>
sealed record RemoteFeature(HostAddress Address)
{
    public static HostAddress Of(HttpContext http) => http.Features.Get<RemoteFeature>()!.Address;
}
