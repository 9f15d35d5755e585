using System.Net.Sockets;
using System.Security.Authentication;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Sources;

/// <summary>What the network and the server may do wrong, told apart into recoverable and not (contract, section 10.1).</summary>
static class HttpFaults
{
    /// <summary>Exceptions by which the HTTP library reports what network and server do; all others are bugs.</summary>
    public static bool IsExpected(Exception e) =>
        e is HttpRequestException or IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException;

    /// <summary>What an exception of the HTTP library means. A cancelled read is a timeout here: who stops a transfer does not ask.</summary>
    public static SourceFailure Of(Exception e, Uri uri)
    {
        if (Find<OperationCanceledException>(e) is not null || Find<TimeoutException>(e) is not null)
            return Transient(WININET_E_TIMEOUT, $"{Name(uri)} did not answer in time; it is tried again");
        if (IsBadCertificate(e))
            return Fatal(DO_E_HTTP_CERT_VALIDATION, $"The certificate of {uri.Host} is not trusted: {Innermost(e)}. Install its authority, or give it with --cacert");
        if (Find<SocketException>(e) is { } socket)
            return OfSocket(socket, uri);
        return (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
                Fatal(BG_E_INVALID_SERVER_RESPONSE, $"{Name(uri)} broke the HTTP protocol: {Innermost(e)}"),
            HttpRequestError.ProxyTunnelError => OfProxy((HttpRequestException)e, uri),
            HttpRequestError.VersionNegotiationError => Fatal(BG_E_INSUFFICIENT_HTTP_SUPPORT, $"{Name(uri)} does not speak the HTTP version asked for: {Innermost(e)}"),
            HttpRequestError.NameResolutionError => Transient(WININET_E_NAME_NOT_RESOLVED, $"The name {uri.Host} does not resolve; check the name and the DNS server"),
            _ when e is HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } =>
                Transient(BG_E_INVALID_SERVER_RESPONSE, $"{Name(uri)} broke the HTTP protocol in mid answer: {Innermost(e)}"),
            _ => Transient(WININET_E_CONNECTION_ABORTED, $"The connection to {uri.Authority} broke: {Innermost(e)}"),
        };
    }

    /// <summary>What a status other than 200, 206 and 416 means.</summary>
    public static SourceFailure OfStatus(HttpResponseMessage response, Uri uri, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var code = HResult.FromHttpStatus(status);
        var said = $"{Name(uri)}: the server answered {status} {response.ReasonPhrase}".TrimEnd();
        return status switch
        {
            429 or 503 => new SourceFailure(SourceFault.Busy, new Failure(code, $"{said}; it is tried again"), RetryAfter(response, now)),
            408 or 425 or 500 or 502 or 504 or 509 => new SourceFailure(SourceFault.Transient, new Failure(code, $"{said}; it is tried again"), RetryAfter(response, now)),
            >= 200 and < 300 => Transient(DO_E_UNEXPECTED_HTTP_STATUS_2XX, $"{said}, which carries no file"),
            401 => Fatal(code, $"{said}: it wants credentials; give them with --user, --bearer or --auth-header"),
            403 => Fatal(code, $"{said}: it refuses this file to us"),
            404 or 410 => Fatal(code, $"{said}: there is no such file; check the URL"),
            407 => Fatal(code, $"{said}: the proxy wants credentials; give them in the proxy's URL"),
            _ => Fatal(code, said),
        };
    }

    /// <summary>An answer that ended before its announced end.</summary>
    public static SourceFailure EndedEarly(Uri uri, long at, long end) =>
        Transient(WININET_E_CONNECTION_ABORTED, $"{Name(uri)}: the answer ended at byte {at} of {end}");

    public static SourceFailure Transient(HResult code, string text) => new(SourceFault.Transient, new Failure(code, text));

    public static SourceFailure Fatal(HResult code, string text) => new(SourceFault.Fatal, new Failure(code, text));

    /// <summary>A URL without user information and query, as it may stand in logs and messages: queries carry signatures.</summary>
    public static string Name(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    static SourceFailure OfSocket(SocketException e, Uri uri) => e.SocketErrorCode switch
    {
        SocketError.NetworkUnreachable or SocketError.NetworkDown =>
            Transient(DO_E_BLOCKED_BY_NO_NETWORK, $"There is no network on which {uri.Host} can be reached; it is tried again"),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            Transient(WININET_E_NAME_NOT_RESOLVED, $"The name {uri.Host} does not resolve; check the name and the DNS server"),
        SocketError.TimedOut => Transient(WININET_E_TIMEOUT, $"{uri.Authority} did not answer in time; it is tried again"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            Transient(WININET_E_CONNECTION_ABORTED, $"{uri.Authority} broke the connection; it is tried again"),
        _ => Transient(WININET_E_CANNOT_CONNECT, $"Cannot connect to {uri.Authority}: {e.Message}; is the server up?"),
    };

    static SourceFailure OfProxy(HttpRequestException e, Uri uri) => e.StatusCode is { } status
        ? Fatal(HResult.FromHttpStatus((int)status), $"The proxy refuses the way to {uri.Authority}: {(int)status} {status}; check the proxy's URL and credentials")
        : Transient(WININET_E_CANNOT_CONNECT, $"The proxy gives no way to {uri.Authority}: {Innermost(e)}");

    static bool IsBadCertificate(Exception e) =>
        Find<AuthenticationException>(e) is { } a && a.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase);

    static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }
        return null;
    }

    static string Innermost(Exception e)
    {
        while (e.InnerException is not null)
            e = e.InnerException;
        return e.Message.TrimEnd('.');
    }
}
