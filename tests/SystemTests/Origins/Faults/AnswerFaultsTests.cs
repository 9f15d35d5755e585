namespace Haul.SystemTests.Origins.Faults;

/// <summary>Each fault of statuses, redirects, heads and versions is on the wire what its name says.</summary>
public sealed class AnswerFaultsTests : IAsyncLifetime
{
    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly OriginFile _file;

    public AnswerFaultsTests() => _file = _origin.Serve("/file", new TestContent(1, 1000));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    [Fact]
    public async Task Statuses_come_in_sequence_and_then_the_file()
    {
        var date = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        _file.Fails(503, times: 2, StatusFaults.Seconds(1)).Fails(429, times: 1, StatusFaults.Date(date)).FailsInTurn(500, 204);

        var exchanges = new List<RawExchange>();
        for (var i = 0; i < 6; i++)
            exchanges.Add(await GetAsync());

        Assert.Equal([503, 503, 429, 500, 204, 200], _origin.Requests.Select(request => request.Status));
        Assert.Equal(["1", "1", "Wed, 02 Jan 2030 03:04:05 GMT", null], exchanges.Take(4).Select(e => e.Header("Retry-After")));
        Assert.Empty(exchanges[4].Body);
    }

    [Fact]
    public async Task Only_the_right_credentials_open_the_file()
    {
        _file.RequiresBasic("ann", "secret");
        _origin.Serve("/token", _file.Content).RequiresBearer("t0ken");
        var url = _origin.UrlOf("/file").AbsoluteUri;

        using var right = await Curl.RunAsync("--user", "ann:secret", url);
        using var wrong = await Curl.RunAsync("--user", "ann:public", url);
        using var none = await Curl.RunAsync(url);
        using var token = await Curl.RunAsync("--oauth2-bearer", "t0ken", _origin.UrlOf("/token").AbsoluteUri);

        Assert.Equal(["200", "401", "401", "200"], [right.Status, wrong.Status, none.Status, token.Status]);
    }

    [Fact]
    public async Task HEAD_alone_is_refused()
    {
        _file.RefusesHead(403);
        using var head = await Curl.RunAsync("--head", _origin.UrlOf("/file").AbsoluteUri);
        using var get = await Curl.RunAsync(_origin.UrlOf("/file").AbsoluteUri);

        Assert.Equal(["403", "200"], [head.Status, get.Status]);
    }

    [Fact]
    public async Task A_chain_of_redirects_ends_at_the_file()
    {
        var start = _origin.ServeChain("/file", 301, 302, 303, 307, 308);
        using var curl = await Curl.RunAsync("--location", start.AbsoluteUri);

        Assert.Equal("200", curl.Status);
        Assert.Equal([301, 302, 303, 307, 308, 200], _origin.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task A_loop_of_redirects_does_not_end()
    {
        using var curl = await Curl.RunAsync("--location", "--max-redirs", "5", _origin.ServeLoop().AbsoluteUri);

        Assert.Equal(Curl.TooManyRedirects, curl.ExitCode);
        Assert.Equal(6, _origin.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_names_another_origin_or_a_bad_scheme_or_nothing()
    {
        await using var other = FaultyOrigin.Start();
        other.Serve("/file", _file.Content);
        _origin.Serve("/other").RedirectsTo(other.UrlOf("/file"));
        _origin.Serve("/scheme").RedirectsTo("gopher://127.0.0.1/file", 301);
        _origin.Serve("/nowhere").RedirectsNowhere();

        using var curl = await Curl.RunAsync("--location", "--user", "ann:secret", _origin.UrlOf("/other").AbsoluteUri);
        var scheme = await RawExchange.GetAsync(_origin, "/scheme");
        var nowhere = await RawExchange.GetAsync(_origin, "/nowhere");

        Assert.Equal(_file.Content.Bytes(), curl.Body);
        Assert.NotNull(_origin.Requests[0]["Authorization"]);
        Assert.Null(Assert.Single(other.Requests)["Authorization"]);
        Assert.Equal("gopher://127.0.0.1/file", scheme.Header("Location"));
        Assert.Equal(("HTTP/1.1 302 Found", null), (nowhere.Head[0], nowhere.Header("Location")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_are_huge(bool isOneLine)
    {
        _file.SendsHugeHeaders(100_000, isOneLine);
        var exchange = await GetAsync();

        Assert.InRange(exchange.Head.Sum(line => line.Length + 2), 100_000, 101_000);
        Assert.Equal(isOneLine ? 1 : 100, exchange.Head.Count(line => line.StartsWith("X-Huge-", StringComparison.Ordinal)));
        Assert.Equal(_file.Content.Bytes(), exchange.Body);
    }

    [Fact]
    public async Task A_line_is_no_header()
    {
        _file.SendsHeaderLine("no colon in here").OmitsHeader("ETag").SendsHeader("Last-Modified", "yesterday");
        var exchange = await GetAsync();

        Assert.Contains("no colon in here", exchange.Head);
        Assert.Equal((null, "yesterday"), (exchange.Header("ETag"), exchange.Header("Last-Modified")));
    }

    [Fact]
    public async Task An_answer_is_no_HTTP_at_all()
    {
        _file.SpeaksHttp09();
        _origin.Serve("/raw").SendsRaw("SSH-2.0-OpenSSH_9.2\r\n");

        Assert.Equal(_file.Content.Bytes(), (await GetAsync()).Bytes);
        Assert.Equal("SSH-2.0-OpenSSH_9.2\r\n", (await RawExchange.GetAsync(_origin, "/raw")).Text);
    }

    [Fact]
    public async Task Lines_end_with_LF_alone()
    {
        _file.EndsLinesWithLf();
        var exchange = await GetAsync();

        Assert.StartsWith("HTTP/1.1 200 OK\nContent-Type: ", exchange.Text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n" + Wire.Text(_file.Content.Bytes()), exchange.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interim_answers_come_first()
    {
        _file.SendsInterims(100, 103);
        var exchange = await GetAsync();
        using var curl = await Curl.RunAsync(_origin.UrlOf("/file").AbsoluteUri);

        Assert.StartsWith(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n",
            exchange.Text, StringComparison.Ordinal);
        Assert.Equal(_file.Content.Bytes(), curl.Body);
    }

    [Fact]
    public async Task A_file_changes_after_so_many_requests_and_on_command()
    {
        var second = new TestContent(2, 900);
        var third = new TestContent(3, 1000);
        var first = _file.Content;
        _file.ChangesAfter(requests: 2, version => version.Replaced(second));

        var before = new[] { await GetAsync(), await GetAsync() };
        var after = await GetAsync("Range: bytes=5-", "If-Range: " + before[0].Header("ETag"));
        _file.Changes(version => version.ReplacedInSecret(third));
        var secret = await GetAsync("Range: bytes=5-", "If-Range: " + after.Header("ETag"));

        Assert.All(before, exchange => Assert.Equal(first.Bytes(), exchange.Body));
        Assert.Equal("HTTP/1.1 200 OK", after.Head[0]);
        Assert.Equal(second.Bytes(), after.Body);
        Assert.Equal("HTTP/1.1 206 Partial Content", secret.Head[0]);
        Assert.Equal(third.Bytes(5, 995), secret.Body);
    }

    [Fact]
    public async Task Validators_are_weak_or_few_or_none_or_the_same_second()
    {
        var whole = FileVersion.Of(_file.Content);
        FileVersion[] versions =
        [
            whole.WithWeakETag(), whole.WithoutETag(), whole.WithoutValidators(),
            whole.ReplacedWithinTheSecond(new TestContent(9, 1000)), whole.Renamed(),
        ];

        var seen = new List<(string?, string?)>();
        foreach (var version in versions)
        {
            _file.Changes(_ => version);
            var exchange = await GetAsync();
            seen.Add((exchange.Header("ETag"), exchange.Header("Last-Modified")));
        }

        const string Date = "Mon, 01 Jan 2024 00:01:00 GMT";
        Assert.Equal(
            [("W/\"1-3e8\"", Date), (null, Date), (null, null), ("\"9-3e8\"", Date), ("\"renamed\"", "Mon, 01 Jan 2024 00:01:01 GMT")],
            seen);
    }

    Task<RawExchange> GetAsync(params string[] headers) => RawExchange.GetAsync(_origin, "/file", headers);
}
