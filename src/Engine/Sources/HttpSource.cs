using System.Net;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Sources;

/// <summary>An origin as a source: asks for a run of bytes, follows redirects, and lets only an answer through that says what was asked.</summary>
/// <remarks>One per transfer; any number of requests at once.</remarks>
sealed class HttpSource(OriginRequest origin, HttpMessageInvoker http, TimeProvider time)
{
    // Where redirects led the first time; later requests go there at once. Written by any request, last one wins.
    volatile Uri? _target;
    volatile bool _speaksOnlyHttp2 = origin.Options.HttpVersion == "2";
    volatile bool _isDistrusted;

    // The file's own host answered 401: from then on it is given the headers for that at once. Written by any request, never taken back.
    volatile bool _isChallenged;
    volatile IPAddress? _serverAddress;

    /// <summary>The address of the server that answered last, be it with a refusal; null where it is not known.</summary>
    public IPAddress? ServerAddress => _serverAddress;

    /// <summary>False bytes came: from now on it is asked by its own name, and caches on the way are passed by.</summary>
    public void Distrust() => (_target, _isDistrusted) = (null, true);

    /// <summary>Another file, by the same way to the network.</summary>
    public HttpSource Beside(OriginRequest other) => new(other, http, time);

    /// <summary>Asks for the bytes from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    /// <param name="first">The first byte; null for the whole file without a Range header.</param>
    /// <param name="end">Behind the last byte; null for all that follow.</param>
    /// <param name="known">The version that is held already, or null.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<(HttpAnswer? Answer, SourceFailure? Failure)> AskAsync(long? first, long? end, Validator? known, CancellationToken cancel)
    {
        var (response, failure) = await SendAsync(first, end, known, cancel);
        if (response is null)
            return (null, failure);

        try
        {
            failure = Refusal(response, first, end, known);
            if (failure is not null)
            {
                response.Dispose();
                return (null, failure);
            }
            var body = await response.Content.ReadAsStreamAsync(cancel);
            var length = response.Content.Headers.ContentLength ?? -1;
            var range = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange : null;
            return (range is null
                ? HttpAnswer.Of(response, body, 0, length, length, partial: false)
                : HttpAnswer.Of(response, body, range.From!.Value, range.To!.Value + 1, range.Length!.Value, partial: true), null);
        }
        catch (Exception e) when (HttpFaults.IsExpected(e))
        {
            response.Dispose();
            return (null, HttpFaults.Of(e, origin.Uri));
        }
    }

    async ValueTask<(HttpResponseMessage?, SourceFailure?)> SendAsync(long? first, long? end, Validator? known, CancellationToken cancel)
    {
        var target = _target ?? origin.Uri;
        for (var hop = 0; hop <= SourceLimits.RedirectsMax; hop++)
        {
            var (response, failure) = await SendToAsync(target, first, end, known, cancel);
            if (response is null)
                return (null, failure);
            if (!IsRedirect(response.StatusCode))
            {
                if (target == _target && (int)response.StatusCode is 401 or 403 or 404 or 410)
                {
                    // The place a redirect named may be gone or its signature expired: ask the origin again.
                    _target = null;
                    target = origin.Uri;
                    response.Dispose();
                    continue;
                }
                if (target != origin.Uri)
                    _target = target;
                return (response, null);
            }

            failure = Redirect(response, ref target);
            response.Dispose();
            if (failure is not null)
                return (null, failure);
        }
        return (null, HttpFaults.Fatal(WININET_E_REDIRECT_FAILED, $"{HttpFaults.Name(origin.Uri)} redirects more than {SourceLimits.RedirectsMax} times; check the URL"));
    }

    /// <summary>Asks one place; where the file's own host answers 401, once more with the headers that are kept for that.</summary>
    async ValueTask<(HttpResponseMessage?, SourceFailure?)> SendToAsync(Uri target, long? first, long? end, Validator? known, CancellationToken cancel)
    {
        var wasChallenged = _isChallenged;
        var (response, failure) = await SendOnceAsync(target, wasChallenged, first, end, known, cancel);
        if (wasChallenged || response?.StatusCode != HttpStatusCode.Unauthorized || !origin.CanAnswer(target))
            return (response, failure);
        response.Dispose();
        _isChallenged = true;
        return await SendOnceAsync(target, isChallenged: true, first, end, known, cancel);
    }

    async ValueTask<(HttpResponseMessage?, SourceFailure?)> SendOnceAsync(Uri target, bool isChallenged, long? first, long? end, Validator? known, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(SourceLimits.AnswerTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        for (var attempt = 0; ; attempt++)
        {
            using var request = origin.Get(target, _speaksOnlyHttp2 ? HttpVersion.Version20 : HttpVersion.Version11, isChallenged);
            if (_isDistrusted)
                request.Headers.CacheControl = PastCaches;
            if (first is { } from)
            {
                request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(from, end - 1);
                request.Headers.IfRange = known?.IfRange;
            }
            try
            {
                var response = await http.SendAsync(request, both.Token);
                _serverAddress = ServerAddresses.Of(request);
                if (attempt > 0 || !WantsHttp2(response))
                    return (response, null);
                response.Dispose();
            }
            catch (Exception e) when (HttpFaults.IsExpected(e))
            {
                if (attempt > 0 || !WantsHttp2(e))
                    return (null, HttpFaults.Of(e, target));
            }
            _speaksOnlyHttp2 = true;
        }
    }

    /// <summary>Why an answer that is no redirect is not what was asked for; null when it is.</summary>
    SourceFailure? Refusal(HttpResponseMessage response, long? first, long? end, Validator? known)
    {
        var status = (int)response.StatusCode;
        if (status == 416)
            return RangeNotSatisfiable(response, first, known);
        if (status is not (200 or 206))
            return HttpFaults.OfStatus(response, origin.Uri, time.GetUtcNow());
        if (response.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            return HttpFaults.Fatal(BG_E_INVALID_SERVER_RESPONSE, $"{Name} comes encoded ({string.Join(", ", response.Content.Headers.ContentEncoding)}) although the bytes as they are were asked for");

        if (response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths) && lengths.Count > 1 && lengths.Distinct().Count() > 1)
            return HttpFaults.Fatal(BG_E_INVALID_SERVER_RESPONSE, $"{Name}: the server names several lengths: {lengths}");

        return status == 206 ? RefusalOfPart(response, first, end, known) : RefusalOfWhole(response, known);
    }

    SourceFailure? RefusalOfPart(HttpResponseMessage response, long? first, long? end, Validator? known)
    {
        var range = response.Content.Headers.ContentRange;
        if (first is null || range is not { Unit: "bytes", From: not null, To: not null, Length: not null } || range.From != first
            || range.To >= range.Length || (end is not null && range.To >= end) || range.To < range.From)
        {
            return RangesRefused($"{Name}: the server answered another range than asked ({range?.ToString() ?? "no usable Content-Range"})");
        }
        if (response.Content.Headers.ContentLength is { } length && length != range.To - range.From + 1)
            return RangesRefused($"{Name}: the server's Content-Length ({length}) and Content-Range ({range}) disagree");
        return IsChanged(response, range.Length.Value, known);
    }

    SourceFailure? RefusalOfWhole(HttpResponseMessage response, Validator? known)
    {
        var length = response.Content.Headers.ContentLength;
        if (length is null && response.Headers.TransferEncodingChunked != true && response.Version.Major < 2)
            return HttpFaults.Fatal(DO_E_FILE_SIZE_UNKNOWN_HTTP_200, $"{Name}: the server does not say how long the file is, so a broken connection could not be told from its end");
        return IsChanged(response, length ?? -1, known);
    }

    SourceFailure? IsChanged(HttpResponseMessage response, long length, Validator? known) =>
        known is null || known.Agrees(Validator.Of(response, length)) ? null : Changed();

    SourceFailure RangeNotSatisfiable(HttpResponseMessage response, long? first, Validator? known)
    {
        var total = response.Content.Headers.ContentRange?.Length;
        if (known is { Length: >= 0 } && total is not null && total != known.Length)
            return Changed();
        return first is null
            ? HttpFaults.Fatal(HResult.FromHttpStatus(416), $"{Name}: the server answered 416 although no range was asked for")
            : RangesRefused($"{Name}: the server refuses the range from byte {first}");
    }

    SourceFailure? Redirect(HttpResponseMessage response, ref Uri target)
    {
        var location = response.Headers.Location;
        if (location is null)
            return HttpFaults.Fatal(WININET_E_REDIRECT_FAILED, $"{Name}: the server redirects ({(int)response.StatusCode}) without saying where");
        var next = location.IsAbsoluteUri ? location : new Uri(target, location);
        if (next.Scheme is not ("http" or "https"))
            return HttpFaults.Fatal(WININET_E_REDIRECT_FAILED, $"{Name} redirects to a {next.Scheme} address, which Haul does not fetch");
        if (target.Scheme == "https" && next.Scheme == "http" && !origin.Options.AllowSecureToInsecureRedirect)
            return HttpFaults.Fatal(WININET_E_HTTPS_TO_HTTP_ON_REDIR, $"{Name} redirects from https to http ({HttpFaults.Name(next)}); allow it with --allow-insecure-redirect");
        target = next;
        return null;
    }

    static SourceFailure RangesRefused(string text) => new(SourceFault.RangesRefused, new Failure(DO_E_INSUFFICIENT_RANGE_SUPPORT, text));

    SourceFailure Changed() => new(SourceFault.Changed, new Failure(BG_E_REMOTE_FILE_CHANGED, $"{Name} changed on the server while it was fetched"));

    string Name => HttpFaults.Name(origin.Uri);

    static readonly System.Net.Http.Headers.CacheControlHeaderValue PastCaches = new() { NoCache = true };

    static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    /// <summary>A server that speaks HTTP/2 only says so with 426 or 505, or ends the handshake without a common protocol.</summary>
    bool WantsHttp2(HttpResponseMessage response) =>
        !_speaksOnlyHttp2 && origin.Options.HttpVersion is null && origin.Uri.Scheme == "https" && (int)response.StatusCode is 426 or 505;

    bool WantsHttp2(Exception e) =>
        !_speaksOnlyHttp2 && origin.Options.HttpVersion is null && origin.Uri.Scheme == "https"
        && e.ToString().Contains("application protocol", StringComparison.OrdinalIgnoreCase);
}
