using System.IO.Compression;

namespace Haul.SystemTests.Origins.Faults;

/// <summary>Each fault of lengths and encodings is on the wire what its name says.</summary>
public sealed class LengthFaultsTests : IAsyncLifetime
{
    const int Length = 40_000;

    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly OriginFile _file;

    public LengthFaultsTests() => _file = _origin.Serve("/file", new TestContent(1, Length));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    [Fact]
    public async Task A_short_body_ends_with_the_connection()
    {
        _file.CutsBodies(missing: 5);
        var exchange = await GetAsync();
        using var curl = await CurlAsync();

        Assert.Equal("40000", exchange.Header("Content-Length"));
        Assert.Equal(_file.Content.Bytes(0, Length - 5), exchange.Body);
        Assert.Equal(Curl.PartialFile, curl.ExitCode);
    }

    [Fact]
    public async Task A_long_body_runs_into_the_next_answer()
    {
        _file.SendsTooMuch(extra: 3);
        var exchange = await RawExchange.SendAsync(
            _origin,
            "GET /file HTTP/1.1\r\nHost: test\r\n\r\nGET /file HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");

        Assert.Equal("40000", exchange.Header("Content-Length"));
        Assert.Equal("###HTTP/1.1 200 OK", Wire.Text(exchange.Body.AsSpan(Length, 18)));
    }

    [Fact]
    public async Task The_claimed_total_changes_from_answer_to_answer()
    {
        _file.ClaimsTotals(50_000, 30_000);

        var larger = await GetAsync();
        var smaller = await GetAsync("Range: bytes=0-9");
        var again = await GetAsync();

        Assert.Equal(("50000", Length), (larger.Header("Content-Length"), larger.Body.Length));
        Assert.Equal("bytes 0-9/30000", smaller.Header("Content-Range"));
        Assert.Equal("50000", again.Header("Content-Length"));
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("9223372036854775808")]
    [InlineData("many")]
    public async Task A_Content_Length_can_be_anything(string value)
    {
        _file.ClaimsLength(value);
        var exchange = await RawExchange.SendAsync(_origin, "GET /file HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Equal(value, exchange.Header("Content-Length"));
        Assert.Equal(_file.Content.Bytes(), exchange.Body);
    }

    [Fact]
    public async Task Two_Content_Lengths_disagree()
    {
        _file.ClaimsTwoLengths(7);
        var exchange = await GetAsync();

        Assert.Equal(
            ["Content-Length: 40000", "Content-Length: 7"],
            exchange.Head.Where(line => line.StartsWith("Content-Length", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_body_without_length_ends_with_the_connection()
    {
        _file.OmitsLength();
        var exchange = await RawExchange.SendAsync(_origin, "GET /file HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Null(exchange.Header("Content-Length"));
        Assert.Equal("close", exchange.Header("Connection"));
        Assert.Equal(_file.Content.Bytes(), exchange.Body);
    }

    [Fact]
    public async Task Chunks_carry_the_whole_file()
    {
        _file.SendsChunks();
        var exchange = await GetAsync();
        using var curl = await CurlAsync();

        Assert.Null(exchange.Header("Content-Length"));
        Assert.StartsWith("4000\r\n", Wire.Text(exchange.Body), StringComparison.Ordinal);
        Assert.EndsWith("\r\n0\r\n\r\n", exchange.Text, StringComparison.Ordinal);
        Assert.Equal(0, curl.ExitCode);
        Assert.Null(_file.Content.FirstDifference(curl.BodyPath));
    }

    [Fact]
    public async Task The_last_chunk_is_cut_or_the_end_is_missing()
    {
        _file.CutsLastChunk();
        var cut = await GetAsync();
        using var curl = await CurlAsync();
        _file.BehavesWell().OmitsEndOfChunks();
        var endless = await GetAsync();

        Assert.EndsWith(Wire.Text(_file.Content.Bytes(Length - 11, 10)), cut.Text, StringComparison.Ordinal);
        Assert.Equal(Curl.PartialFile, curl.ExitCode);
        Assert.EndsWith(Wire.Text(_file.Content.Bytes(Length - 10, 10)) + "\r\n", endless.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_size_of_a_chunk_is_words()
    {
        _file.SendsChunkGarbage(at: 20_000);
        var exchange = await GetAsync();
        using var curl = await CurlAsync();

        Assert.Equal(2 * 0x4000, exchange.Text.IndexOf("\r\nthis is not a size\r\n", StringComparison.Ordinal)
            - exchange.Text.IndexOf("4000\r\n", StringComparison.Ordinal) - "4000\r\n".Length - "\r\n4000\r\n".Length);
        Assert.Equal(Curl.ReceiveFailed, curl.ExitCode);
    }

    [Fact]
    public async Task An_empty_file_has_length_0_and_no_parts()
    {
        _origin.Serve("/empty", new TestContent(1, 0));
        var whole = await RawExchange.GetAsync(_origin, "/empty");
        var part = await RawExchange.GetAsync(_origin, "/empty", "Range: bytes=0-");

        Assert.Equal(("HTTP/1.1 200 OK", "0", 0), (whole.Head[0], whole.Header("Content-Length"), whole.Body.Length));
        Assert.Equal(("HTTP/1.1 416 Range Not Satisfiable", "bytes */0"), (part.Head[0], part.Header("Content-Range")));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_body_is_compressed_unasked(string encoding)
    {
        _file.Compresses(encoding);
        var exchange = await GetAsync("Accept-Encoding: identity");

        Assert.Equal(encoding, exchange.Header("Content-Encoding"));
        Assert.Equal(Wire.Number(exchange.Body.Length), exchange.Header("Content-Length"));
        using var packed = new MemoryStream(exchange.Body);
        using Stream unpacking = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "deflate" => new ZLibStream(packed, CompressionMode.Decompress),
            _ => new BrotliStream(packed, CompressionMode.Decompress),
        };
        using var plain = new MemoryStream();
        await unpacking.CopyToAsync(plain, TestContext.Current.CancellationToken);
        Assert.Equal(_file.Content.Bytes(), plain.ToArray());
    }

    Task<RawExchange> GetAsync(params string[] headers) => RawExchange.GetAsync(_origin, "/file", headers);

    Task<Curl> CurlAsync() => Curl.RunAsync(_origin.UrlOf("/file").AbsoluteUri);
}
