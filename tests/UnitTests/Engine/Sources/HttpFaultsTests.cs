using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>What goes wrong on the way to an origin, told apart into what passes by itself and what does not.</summary>
public sealed class HttpFaultsTests
{
    static readonly Uri _uri = new("https://ann:secret@origin.test/a?signature=secret");
    static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(408, "Transient")]
    [InlineData(425, "Transient")]
    [InlineData(429, "Busy")]
    [InlineData(500, "Transient")]
    [InlineData(502, "Transient")]
    [InlineData(503, "Busy")]
    [InlineData(504, "Transient")]
    [InlineData(509, "Transient")]
    [InlineData(300, "Fatal")]
    [InlineData(304, "Fatal")]
    [InlineData(400, "Fatal")]
    [InlineData(401, "Fatal")]
    [InlineData(403, "Fatal")]
    [InlineData(404, "Fatal")]
    [InlineData(405, "Fatal")]
    [InlineData(407, "Fatal")]
    [InlineData(410, "Fatal")]
    [InlineData(412, "Fatal")]
    [InlineData(451, "Fatal")]
    [InlineData(501, "Fatal")]
    [InlineData(505, "Fatal")]
    public void A_status_means_a_fault_with_its_own_code(int status, string fault)
    {
        var failure = Status(status);

        Assert.Equal((Enum.Parse<SourceFault>(fault), HResult.FromHttpStatus(status)), (failure.Fault, failure.Failure.Code));
        Assert.Contains($"{status}", failure.Failure.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(226)]
    public void Success_without_a_file_is_the_contract_s_transient_code(int status) =>
        Assert.Equal((SourceFault.Transient, DO_E_UNEXPECTED_HTTP_STATUS_2XX), (Status(status).Fault, Status(status).Failure.Code));

    [Fact]
    public void Retry_after_is_read_as_seconds_and_as_a_date()
    {
        Assert.Null(Status(503).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(90), Status(503, new RetryConditionHeaderValue(TimeSpan.FromSeconds(90))).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(30), Status(500, new RetryConditionHeaderValue(_now.AddSeconds(30))).RetryAfter);
        Assert.Equal(TimeSpan.Zero, Status(429, new RetryConditionHeaderValue(_now.AddSeconds(-30))).RetryAfter);
        Assert.Null(Status(404, new RetryConditionHeaderValue(TimeSpan.FromSeconds(90))).RetryAfter);
    }

    public static TheoryData<string, string> Exceptions() => new()
    {
        { "timeout", "Transient 0x80072EE2" },
        { "timeout inside", "Transient 0x80072EE2" },
        { "certificate", "Fatal 0x80D05002" },
        { "no network", "Transient 0x80D03805" },
        { "no name", "Transient 0x80072EE7" },
        { "no such host", "Transient 0x80072EE7" },
        { "refused", "Transient 0x80072EFD" },
        { "reset", "Transient 0x80072EFE" },
        { "socket timeout", "Transient 0x80072EE2" },
        { "broken", "Transient 0x80072EFE" },
        { "tls", "Transient 0x80072EFE" },
        { "disposed", "Transient 0x80072EFE" },
        { "bad head", "Fatal 0x8020001B" },
        { "large head", "Fatal 0x8020001B" },
        { "bad body", "Transient 0x8020001B" },
        { "cut body", "Transient 0x80072EFE" },
        { "http version", "Fatal 0x80200012" },
        { "proxy", "Transient 0x80072EFD" },
        { "proxy credentials", "Fatal 0x80190197" },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void An_exception_of_the_library_means_a_fault(string what, string expected)
    {
        var exception = Exception(what);
        Assert.True(HttpFaults.IsExpected(exception));

        var failure = HttpFaults.Of(exception, _uri);

        Assert.Equal(expected, $"{failure.Fault} {failure.Failure.Code.Hex}");
        Assert.DoesNotContain("secret", failure.Failure.Text, StringComparison.Ordinal);
        Assert.Contains("origin.test", failure.Failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_exceptions_are_bugs()
    {
        Assert.False(HttpFaults.IsExpected(new InvalidOperationException()));
        Assert.False(HttpFaults.IsExpected(new ArgumentException("x")));
    }

    [Fact]
    public void A_url_is_named_without_user_and_query() => Assert.Equal("https://origin.test/a", HttpFaults.Name(_uri));

    static Exception Exception(string what) => what switch
    {
        "timeout" => new TaskCanceledException(),
        "timeout inside" => new HttpRequestException("x", new TimeoutException()),
        "certificate" => new HttpRequestException("x", new AuthenticationException("The remote certificate is invalid")),
        "no network" => Socket(SocketError.NetworkUnreachable),
        "no name" => new HttpRequestException(HttpRequestError.NameResolutionError),
        "no such host" => Socket(SocketError.HostNotFound),
        "refused" => Socket(SocketError.ConnectionRefused),
        "reset" => new IOException("x", new SocketException((int)SocketError.ConnectionReset)),
        "socket timeout" => Socket(SocketError.TimedOut),
        "broken" => new IOException("x"),
        "tls" => new HttpRequestException("x", new AuthenticationException("The handshake failed")),
        "disposed" => new ObjectDisposedException("x"),
        "bad head" => new HttpRequestException(HttpRequestError.InvalidResponse),
        "large head" => new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded),
        "bad body" => new HttpIOException(HttpRequestError.InvalidResponse),
        "cut body" => new HttpIOException(HttpRequestError.ResponseEnded),
        "http version" => new HttpRequestException(HttpRequestError.VersionNegotiationError),
        "proxy" => new HttpRequestException(HttpRequestError.ProxyTunnelError),
        "proxy credentials" => new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", null, HttpStatusCode.ProxyAuthenticationRequired),
        _ => throw new ArgumentException(what, nameof(what)),
    };

    static HttpRequestException Socket(SocketError error) => new("x", new SocketException((int)error));

    static SourceFailure Status(int status, RetryConditionHeaderValue? retryAfter = null)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.RetryAfter = retryAfter;
        return HttpFaults.OfStatus(response, _uri, _now);
    }
}
