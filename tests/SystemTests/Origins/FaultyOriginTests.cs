using System.Net;

namespace Haul.SystemTests.Origins;

/// <summary>An origin without faults is a good one, by curl's judgement and byte for byte.</summary>
public sealed class FaultyOriginTests : IDisposable
{
    readonly TestAuthority _authority = new();
    readonly TestContent _content = new(7, 3_000_003);

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Curl_gets_every_byte(bool isSecure, bool isIPv6)
    {
        var address = isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        await using var origin = isSecure ? FaultyOrigin.StartSecure(_authority, address) : FaultyOrigin.Start(address);
        origin.Serve("/file", _content);

        using var curl = await Curl.RunAsync("--cacert", _authority.PemPath, origin.UrlOf("/file").AbsoluteUri);

        Assert.Equal("", curl.Errors);
        Assert.Equal("200", curl.Status);
        Assert.Null(_content.FirstDifference(curl.BodyPath));
        await origin.WaitUntilIdleAsync();
        var request = Assert.Single(origin.Requests);
        Assert.Equal(("GET", "/file", 200, _content.Length), (request.Method, request.Target, request.Status, request.BodyBytesSent));
        Assert.StartsWith("curl/", request["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_this_to_the_byte()
    {
        await using var origin = FaultyOrigin.Start(time: new StandingTime());
        origin.Serve("/ten", new TestContent(1, 10));

        var exchange = await RawExchange.GetAsync(origin, "/ten");

        const string Expected = """
            HTTP/1.1 200 OK
            Content-Type: application/octet-stream
            Content-Length: 10
            Accept-Ranges: bytes
            ETag: "1-a"
            Last-Modified: Mon, 01 Jan 2024 00:01:00 GMT
            Date: Wed, 05 Jun 2024 07:08:09 GMT
            Connection: close
            """;
        Assert.Equal(Expected, string.Join('\n', exchange.Head));
        Assert.Equal(new TestContent(1, 10).Bytes(), exchange.Body);
    }

    [Theory]
    [InlineData("bytes=0-0", "bytes 0-0/1000")]
    [InlineData("bytes=10-19", "bytes 10-19/1000")]
    [InlineData("bytes=990-", "bytes 990-999/1000")]
    [InlineData("bytes=990-5000", "bytes 990-999/1000")]
    [InlineData("bytes=-7", "bytes 993-999/1000")]
    [InlineData("bytes=-5000", "bytes 0-999/1000")]
    public async Task A_range_gives_that_part(string range, string contentRange)
    {
        await using var origin = FaultyOrigin.Start();
        var content = origin.Serve("/file", new TestContent(2, 1000)).Content;

        var exchange = await RawExchange.GetAsync(origin, "/file", $"Range: {range}");

        Assert.Equal("HTTP/1.1 206 Partial Content", exchange.Head[0]);
        Assert.Equal(contentRange, exchange.Header("Content-Range"));
        var ends = contentRange["bytes ".Length..].Split('-', '/').Select(int.Parse).ToArray();
        Assert.Equal(content.Bytes(ends[0], ends[1] - ends[0] + 1), exchange.Body);
    }

    [Theory]
    [InlineData("bytes=1000-", "HTTP/1.1 416 Range Not Satisfiable")]
    [InlineData("bytes=-0", "HTTP/1.1 416 Range Not Satisfiable")]
    [InlineData("bytes=9-8", "HTTP/1.1 200 OK")]
    [InlineData("bytes=0-1,5-6", "HTTP/1.1 200 OK")]
    [InlineData("lines=0-1", "HTTP/1.1 200 OK")]
    public async Task A_range_that_is_none_is_refused_or_ignored(string range, string statusLine)
    {
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/file", new TestContent(2, 1000));

        var exchange = await RawExchange.GetAsync(origin, "/file", $"Range: {range}");

        Assert.Equal(statusLine, exchange.Head[0]);
    }

    [Theory]
    [InlineData("\"2-3e8\"", 206)]
    [InlineData("\"other\"", 200)]
    [InlineData("W/\"2-3e8\"", 200)]
    [InlineData("Mon, 01 Jan 2024 00:02:00 GMT", 206)]
    [InlineData("Mon, 01 Jan 2024 00:02:01 GMT", 200)]
    public async Task If_Range_decides_between_the_part_and_the_whole(string validator, int status)
    {
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/file", new TestContent(2, 1000));

        var exchange = await RawExchange.GetAsync(origin, "/file", "Range: bytes=5-", $"If-Range: {validator}");

        Assert.Equal($"HTTP/1.1 {status} {Wire.Reason(status)}", exchange.Head[0]);
    }

    [Fact]
    public async Task A_connection_carries_several_requests_and_HEAD_has_no_body()
    {
        await using var origin = FaultyOrigin.Start();
        var content = origin.Serve("/file", new TestContent(3, 100)).Content;

        var exchange = await RawExchange.SendAsync(
            origin,
            "HEAD /file HTTP/1.1\r\nHost: test\r\n\r\nGET /none HTTP/1.1\r\nHost: test\r\n\r\n"
            + "GET /file HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");

        Assert.Equal([200, 404, 200], origin.Requests.Select(request => request.Status));
        Assert.StartsWith("HTTP/1.1 404", Wire.Text(exchange.Body), StringComparison.Ordinal);
        Assert.EndsWith(Wire.Text(content.Bytes()), exchange.Text, StringComparison.Ordinal);
        Assert.Equal(1, origin.ConnectionsAccepted);
    }

    [Fact]
    public async Task Bytes_beyond_four_gibibytes_are_served()
    {
        await using var origin = FaultyOrigin.Start();
        var content = origin.Serve("/big", new TestContent(4, 5L << 30)).Content;

        var exchange = await RawExchange.GetAsync(origin, "/big", "Range: bytes=4294967290-4294967300");

        Assert.Equal("bytes 4294967290-4294967300/5368709120", exchange.Header("Content-Range"));
        Assert.Equal(content.Bytes(4294967290, 11), exchange.Body);
    }

    [Fact]
    public async Task A_certificate_that_is_not_for_this_origin_is_seen_through()
    {
        await using var strange = FaultyOrigin.StartSecure(_authority.IssueFor("elsewhere.example"));
        await using var expired = FaultyOrigin.StartSecure(_authority.IssueExpired());
        await using var unknown = FaultyOrigin.StartSecure(_authority);

        using var one = await Curl.RunAsync("--cacert", _authority.PemPath, strange.Root.AbsoluteUri);
        using var two = await Curl.RunAsync("--cacert", _authority.PemPath, expired.Root.AbsoluteUri);
        using var three = await Curl.RunAsync(unknown.Root.AbsoluteUri);

        Assert.Equal([Curl.BadCertificate, Curl.BadCertificate, Curl.BadCertificate], [one.ExitCode, two.ExitCode, three.ExitCode]);
    }

    [Fact]
    public async Task An_origin_that_is_down_refuses_and_comes_back_on_its_port()
    {
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/file", new TestContent(3, 100));

        await origin.GoDownAsync();
        using var down = await Curl.RunAsync(origin.UrlOf("/file").AbsoluteUri);
        origin.ComeBack();
        using var up = await Curl.RunAsync(origin.UrlOf("/file").AbsoluteUri);

        Assert.NotEqual(0, down.ExitCode);
        Assert.Equal("200", up.Status);
    }

    [Fact]
    public async Task The_most_connections_at_once_are_counted()
    {
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/file", new TestContent(3, 100));
        using (var first = await RawExchange.ConnectAsync(origin))
        using (var second = await RawExchange.ConnectAsync(origin))
            await RawExchange.GetAsync(origin, "/file");

        await RawExchange.GetAsync(origin, "/file");

        Assert.Equal(3, origin.ConnectionsMax);
        Assert.Equal(4, origin.ConnectionsAccepted);
        Assert.Equal(1, origin.AnsweringMax);
    }

    /// <summary>A clock that stands still.</summary>
    sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 6, 5, 7, 8, 9, TimeSpan.Zero);
    }
}
