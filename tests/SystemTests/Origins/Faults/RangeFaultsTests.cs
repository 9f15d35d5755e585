using System.Globalization;

namespace Haul.SystemTests.Origins.Faults;

/// <summary>Each fault of ranges is on the wire what its name says.</summary>
public sealed class RangeFaultsTests : IAsyncLifetime
{
    const string Asked = "Range: bytes=10-19";

    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly OriginFile _file;

    public RangeFaultsTests() => _file = _origin.Serve("/file", new TestContent(1, 100));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    [Fact]
    public async Task Ranges_can_be_ignored_with_and_without_saying_so()
    {
        _file.IgnoresRanges();
        var silent = await GetAsync();
        _file.HasNoRanges();
        var open = await GetAsync();

        Assert.Equal(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"], [silent.Head[0], open.Head[0]]);
        Assert.Equal(("bytes", null), (silent.Header("Accept-Ranges"), open.Header("Accept-Ranges")));
        Assert.Equal(_file.Content.Bytes(), silent.Body);
    }

    [Fact]
    public async Task Ranges_can_be_served_without_saying_so()
    {
        _file.HidesRanges();
        var exchange = await GetAsync();

        Assert.Equal("HTTP/1.1 206 Partial Content", exchange.Head[0]);
        Assert.Null(exchange.Header("Accept-Ranges"));
        Assert.Equal(_file.Content.Bytes(10, 10), exchange.Body);
    }

    [Fact]
    public async Task Refusals_are_for_all_or_for_ranges_or_for_resuming()
    {
        _file.RefusesResuming();
        Assert.Equal([200, 206, 416], await StatusesAsync());
        _file.RefusesRanges();
        Assert.Equal([200, 416, 416], await StatusesAsync());
        _file.RefusesAll();
        Assert.Equal([416, 416, 416], await StatusesAsync());
    }

    [Fact]
    public async Task Another_part_than_asked_is_sent_and_said()
    {
        _file.SendsOtherRange(-3);
        var exchange = await GetAsync();

        Assert.Equal("bytes 7-16/100", exchange.Header("Content-Range"));
        Assert.Equal(_file.Content.Bytes(7, 10), exchange.Body);
    }

    [Fact]
    public async Task The_right_bytes_come_under_a_wrong_Content_Range()
    {
        _file.ClaimsOtherOffset(5);
        var exchange = await GetAsync();

        Assert.Equal("bytes 15-24/100", exchange.Header("Content-Range"));
        Assert.Equal(_file.Content.Bytes(10, 10), exchange.Body);
    }

    [Fact]
    public async Task The_wrong_bytes_come_under_the_right_Content_Range()
    {
        _file.SendsBeginningAsRange();
        var exchange = await GetAsync();

        Assert.Equal("bytes 10-19/100", exchange.Header("Content-Range"));
        Assert.Equal(_file.Content.Bytes(0, 10), exchange.Body);
    }

    [Fact]
    public async Task Content_Range_is_garbage_or_without_total_or_missing()
    {
        _file.HidesTotal();
        Assert.Equal("bytes 10-19/*", (await GetAsync()).Header("Content-Range"));
        _file.ClaimsContentRange("bytes from here to there");
        Assert.Equal("bytes from here to there", (await GetAsync()).Header("Content-Range"));
        _file.OmitsContentRange();
        var missing = await GetAsync();
        Assert.Equal(("HTTP/1.1 206 Partial Content", null), (missing.Head[0], missing.Header("Content-Range")));
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(4)]
    public async Task A_part_is_shorter_or_longer_than_its_Content_Range(int by)
    {
        _file.ResizesRanges(by);
        var exchange = await GetAsync();

        Assert.Equal("bytes 10-19/100", exchange.Header("Content-Range"));
        Assert.Equal((10 + by).ToString(CultureInfo.InvariantCulture), exchange.Header("Content-Length"));
        Assert.Equal(10 + by, exchange.Body.Length);
        Assert.Equal(_file.Content.Bytes(10, Math.Min(10, 10 + by)), exchange.Body[..Math.Min(10, 10 + by)]);
    }

    [Fact]
    public async Task A_part_comes_as_multipart()
    {
        _file.SendsMultipart();
        var exchange = await GetAsync();

        Assert.StartsWith("multipart/byteranges; boundary=", exchange.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(exchange.Body.Length.ToString(CultureInfo.InvariantCulture), exchange.Header("Content-Length"));
        Assert.Contains("Content-Range: bytes 10-19/100\r\n\r\n" + Wire.Text(_file.Content.Bytes(10, 10)) + "\r\n--",
            exchange.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_told_to_behave_forgets_its_faults()
    {
        _file.RefusesAll().HasNoRanges().BehavesWell();

        Assert.Equal(_file.Content.Bytes(10, 10), (await GetAsync()).Body);
    }

    Task<RawExchange> GetAsync() => RawExchange.GetAsync(_origin, "/file", Asked);

    /// <summary>The statuses for the whole, the whole by a range, and a part of it.</summary>
    async Task<IEnumerable<int>> StatusesAsync()
    {
        await RawExchange.GetAsync(_origin, "/file");
        await RawExchange.GetAsync(_origin, "/file", "Range: bytes=0-");
        await RawExchange.GetAsync(_origin, "/file", Asked);
        return _origin.Requests.TakeLast(3).Select(request => request.Status);
    }
}
