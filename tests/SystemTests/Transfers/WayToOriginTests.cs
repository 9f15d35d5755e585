using System.Net;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Transfers;

/// <summary>TLS, redirects, proxies, credentials and versions: how the origin is reached.</summary>
public sealed class WayToOriginTests
{
    static readonly TestContent Content = new(7, 2_500_000);

    static Func<AddFile, AddFile> With(HttpOptions options) => file => file with { Http = options };

    static HttpOptions Trusting(TestAuthority authority) => new() { CaPem = File.ReadAllText(authority.PemPath) };

    [Fact]
    public async Task A_server_with_a_trusted_certificate_is_fetched_from()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);

        await rig.FetchAsync(origin.UrlOf("/file"), With(Trusting(authority)));

        Assert.Null(Content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_gets_no_request()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);

        var error = await rig.FailAsync(origin.UrlOf("/file"));

        Assert.Equal(DO_E_HTTP_CERT_VALIDATION, error.Code);
        Assert.Empty(origin.Requests);
    }

    public static TheoryData<string, CertificateFaults> Faulty => new()
    {
        { "unknown", CertificateFaults.UnknownAuthority },
        { "expired", CertificateFaults.WrongDate },
        { "foreign", CertificateFaults.WrongName },
        { "for clients", CertificateFaults.WrongUsage },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task A_fault_of_a_certificate_is_passed_over_where_it_is_named_and_no_other(string kind, CertificateFaults fault)
    {
        using var authority = new TestAuthority();
        var certificate = kind switch { "expired" => authority.IssueExpired(), "foreign" => authority.IssueFor("elsewhere.example"), "for clients" => authority.IssueForClients(), _ => authority.Issue() };
        await using var origin = FaultyOrigin.StartSecure(certificate);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);
        var options = kind == "unknown" ? new HttpOptions() : Trusting(authority);
        var others = Enum.GetValues<CertificateFaults>().Where(one => one != fault).Aggregate((sum, one) => sum | one);

        Assert.Equal(DO_E_HTTP_CERT_VALIDATION, (await rig.FailAsync(origin.UrlOf("/file"), With(options with { IgnoredCertificateFaults = others }))).Code);
        Assert.Empty(origin.Requests);
        await rig.FetchAsync(origin.UrlOf("/file"), With(options with { IgnoredCertificateFaults = fault }));
        Assert.Null(Content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_certificate_of_which_nobody_tells_whether_it_was_revoked_is_refused_where_that_matters()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);

        Assert.Equal(DO_E_HTTP_CERT_VALIDATION, (await rig.FailAsync(origin.UrlOf("/file"), With(Trusting(authority) with { CheckRevocation = true }))).Code);
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task An_expired_or_foreign_certificate_is_an_error()
    {
        using var authority = new TestAuthority();
        foreach (var certificate in new[] { authority.IssueExpired(), authority.IssueFor("elsewhere.example") })
        {
            await using var origin = FaultyOrigin.StartSecure(certificate);
            await using var rig = new EngineRig();
            origin.Serve("/file", Content);

            var error = await rig.FailAsync(origin.UrlOf("/file"), With(Trusting(authority)));

            Assert.Equal(DO_E_HTTP_CERT_VALIDATION, error.Code);
        }
    }

    [Fact]
    public async Task A_TLS_connection_cut_within_a_record_is_taken_up_again()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content).CutsRecordAfter(700_000, connections: 2);

        await rig.FetchAsync(origin.UrlOf("/file"), With(Trusting(authority)));

        Assert.Null(Content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_chunked_answer_over_TLS_that_is_cut_is_no_file()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content).HasNoRanges().SendsChunks().OmitsEndOfChunks();

        var error = await rig.FailAsync(origin.UrlOf("/file"), With(Trusting(authority)));

        Assert.Equal(WININET_E_CONNECTION_ABORTED, error.Code);
    }

    [Fact]
    public async Task IPv6_is_spoken()
    {
        await using var origin = FaultyOrigin.Start(IPAddress.IPv6Loopback);
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);

        await rig.FetchAsync(origin.UrlOf("/file"), With(new HttpOptions { IpVersion = 6 }));

        Assert.Null(Content.FirstDifference(rig.Target()));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed(int status)
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);

        await rig.FetchAsync(origin.ServeChain("/file", status, status, status));

        Assert.Null(Content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_refused_unless_allowed()
    {
        using var authority = new TestAuthority();
        await using var plain = FaultyOrigin.Start();
        await using var secure = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        plain.Serve("/file", Content);
        secure.Serve("/file").RedirectsTo(plain.UrlOf("/file"));

        var error = await rig.FailAsync(secure.UrlOf("/file"), With(Trusting(authority)));
        Assert.Equal(WININET_E_HTTPS_TO_HTTP_ON_REDIR, error.Code);
        Assert.Empty(plain.Requests);

        await rig.FetchAsync(secure.UrlOf("/file"), With(Trusting(authority) with { AllowSecureToInsecureRedirect = true }));
        Assert.Null(Content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task Credentials_and_cookies_stay_with_the_host_they_were_given_for()
    {
        await using var other = FaultyOrigin.Start();
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        other.Serve("/file", Content);
        origin.Serve("/file").RedirectsTo(other.UrlOf("/file"));

        await rig.FetchAsync(origin.UrlOf("/file"), With(new HttpOptions
        {
            BearerToken = "token",
            Headers = [new Header("Cookie", "a=b"), new Header("X-Site", "hq")],
        }));

        Assert.Equal("Bearer token", origin.Requests[0]["Authorization"]);
        Assert.Equal("a=b", origin.Requests[0]["Cookie"]);
        Assert.All(other.Requests, request => Assert.Null(request["Authorization"]));
        Assert.All(other.Requests, request => Assert.Null(request["Cookie"]));
        Assert.All(other.Requests, request => Assert.Equal("hq", request["X-Site"]));
    }

    [Fact]
    public async Task Basic_credentials_come_from_the_options_or_the_URL()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", Content).RequiresBasic("ann", "s:ecret/@");

        await rig.FetchAsync(origin.UrlOf("/file"), With(new HttpOptions { UserName = "ann", Password = "s:ecret/@" }));
        var named = new UriBuilder(origin.UrlOf("/file")) { UserName = "ann", Password = Uri.EscapeDataString("s:ecret/@") }.Uri;
        await rig.FetchAsync(named, file => file with { LocalName = rig.Target("second") });

        Assert.Null(Content.FirstDifference(rig.Target("second")));
    }

    [Fact]
    public async Task A_password_in_a_URL_is_shown_nowhere_and_stored_sealed()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", Content).Fails(404);
        var named = new UriBuilder(origin.UrlOf("/file")) { UserName = "ann", Password = "hush-hush" }.Uri;

        var job = await rig.StartAsync(named);
        var error = (await rig.WaitAsync(job.Id, JobState.Error)).Error!;
        var files = await rig.Jobs.FilesAsync(rig.Me, job.Id);

        Assert.DoesNotContain("hush", error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", files.Value![0].ToString(), StringComparison.Ordinal);
        await rig.RestartAsync();
        foreach (var path in Directory.GetFiles(rig.Target("state"), "jobs.db*"))
            Assert.True((await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).AsSpan().IndexOf("hush-hush"u8) < 0, path);
    }

    [Fact]
    public async Task A_proxy_is_used_where_one_is_named()
    {
        using var authority = new TestAuthority();
        await using var proxy = ForwardProxy.StartWithPassword("p", "q");
        await using var plain = FaultyOrigin.Start();
        await using var secure = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        plain.Serve("/file", Content);
        secure.Serve("/file", Content);
        var through = new UriBuilder(proxy.Root) { UserName = "p", Password = "q" }.Uri.ToString();

        await rig.FetchAsync(plain.UrlOf("/file"), With(new HttpOptions { Proxy = through }));
        await rig.FetchAsync(secure.UrlOf("/file"), file => file with { LocalName = rig.Target("second"), Http = Trusting(authority) with { Proxy = through } });

        Assert.Null(Content.FirstDifference(rig.Target("second")));
        Assert.Contains(proxy.Requests, request => request.Method == "CONNECT");
        Assert.Contains(proxy.Requests, request => request.Method == "GET");
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named_in_the_error()
    {
        using var authority = new TestAuthority();
        await using var proxy = ForwardProxy.StartWithPassword("p", "q");
        await using var secure = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();

        var error = await rig.FailAsync(secure.UrlOf("/file"), With(Trusting(authority) with { Proxy = proxy.Root.ToString() }));

        Assert.Equal(HResult.FromHttpStatus(407), error.Code);
        Assert.Contains("proxy", error.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_waited_for()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", Content);
        await origin.GoDownAsync();

        var job = await rig.StartAsync(origin.UrlOf("/file"));
        var waiting = await rig.WaitAsync(job.Id, JobState.TransientError);
        Assert.Equal(WININET_E_CANNOT_CONNECT, waiting.Error!.Code);
        Assert.NotNull(waiting.Error.RetryAt);
        Assert.Equal(1u, waiting.ErrorCount);

        origin.ComeBack();
        await rig.WaitAsync(job.Id, JobState.Transferred);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_where_asked_and_1_1_otherwise()
    {
        using var authority = new TestAuthority();
        using var directory = new TempDirectory();
        Content.WriteTo(directory.File("file"));
        await using var nginx = await NginxOrigin.StartAsync(directory.Path, authority);
        await using var rig = new EngineRig();

        await rig.FetchAsync(new Uri(nginx.Http2Root, "file"), With(Trusting(authority) with { HttpVersion = "2" }));
        await rig.FetchAsync(new Uri(nginx.Http2Root, "file"), file => file with { LocalName = rig.Target("second"), Http = Trusting(authority) });

        Assert.Null(Content.FirstDifference(rig.Target()));
        Assert.Null(Content.FirstDifference(rig.Target("second")));
        var requests = await nginx.WaitForRequestsAsync(2);
        Assert.Contains(requests, request => request.Protocol == "HTTP/2.0");
        Assert.Contains(requests, request => request.Protocol == "HTTP/1.1");
    }
}
