namespace Haul.SystemTests.Origins;

/// <summary>The proxy carries what curl asks for and remembers it.</summary>
public sealed class ForwardProxyTests
{
    readonly TestContent _content = new(5, 500_000);

    [Fact]
    public async Task A_plain_file_goes_through_by_its_whole_url()
    {
        await using var origin = FaultyOrigin.Start();
        await using var proxy = ForwardProxy.Start();
        origin.Serve("/file", _content);
        var url = origin.UrlOf("/file").AbsoluteUri;

        using var curl = await Curl.RunAsync("--proxy", proxy.Root.AbsoluteUri, url);

        Assert.Null(_content.FirstDifference(curl.BodyPath));
        var request = Assert.Single(proxy.Requests);
        Assert.Equal(("GET", url), (request.Method, request.Target));
        Assert.True(request.BodyBytesSent > _content.Length);
        Assert.Equal("/file", Assert.Single(origin.Requests).Target);
    }

    [Fact]
    public async Task A_secure_file_goes_through_a_tunnel()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        await using var proxy = ForwardProxy.Start();
        origin.Serve("/file", _content);

        using var curl = await Curl.RunAsync(
            "--cacert", authority.PemPath, "--proxy", proxy.Root.AbsoluteUri, origin.UrlOf("/file").AbsoluteUri);

        Assert.Null(_content.FirstDifference(curl.BodyPath));
        var request = Assert.Single(proxy.Requests);
        Assert.Equal(("CONNECT", $"127.0.0.1:{origin.Port}"), (request.Method, request.Target));
    }

    [Fact]
    public async Task A_proxy_with_a_password_lets_nobody_else_through()
    {
        await using var origin = FaultyOrigin.Start();
        await using var proxy = ForwardProxy.StartWithPassword("ann", "secret");
        origin.Serve("/file", _content);
        string[] ask = ["--proxy", proxy.Root.AbsoluteUri, origin.UrlOf("/file").AbsoluteUri];

        using var refused = await Curl.RunAsync(ask);
        using var allowed = await Curl.RunAsync(["--proxy-user", "ann:secret", .. ask]);

        Assert.Equal(["407", "200"], [refused.Status, allowed.Status]);
        Assert.Equal([407, 200], proxy.Requests.Select(request => request.Status));
        Assert.Null(Assert.Single(origin.Requests)["Proxy-Authorization"]);
    }

    [Fact]
    public async Task An_origin_that_is_not_there_is_a_bad_gateway()
    {
        await using var origin = FaultyOrigin.Start();
        await using var proxy = ForwardProxy.Start();
        await origin.GoDownAsync();

        using var curl = await Curl.RunAsync("--proxy", proxy.Root.AbsoluteUri, origin.UrlOf("/file").AbsoluteUri);

        Assert.Equal("502", curl.Status);
    }
}
