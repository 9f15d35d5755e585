using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>The real nginx serves a directory in all the ways the tests need, and its log is understood.</summary>
public sealed class NginxOriginTests : IAsyncLifetime
{
    readonly TempDirectory _directory = new();
    readonly TestAuthority _authority = new();
    readonly TestContent _content = new(11, 400_000);
    NginxOrigin _nginx = null!;

    public async ValueTask InitializeAsync()
    {
        _content.WriteTo(_directory.File("file"));
        _nginx = await NginxOrigin.StartAsync(_directory.Path, _authority);
    }

    public async ValueTask DisposeAsync()
    {
        await _nginx.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task All_three_ports_serve_the_file_in_their_protocol()
    {
        foreach (var root in new[] { _nginx.PlainRoot, _nginx.SecureRoot, _nginx.Http2Root })
        {
            using var curl = await CurlAsync(root, "file", "--http2");
            Assert.Null(_content.FirstDifference(curl.BodyPath));
        }

        var requests = await _nginx.WaitForRequestsAsync(3);
        Assert.Equal(["HTTP/1.1", "HTTP/1.1", "HTTP/2.0"], requests.Select(request => request.Protocol));
        Assert.Equal([_nginx.PlainRoot.Port, _nginx.SecureRoot.Port, _nginx.Http2Root.Port], requests.Select(request => request.Port));
        Assert.All(requests, request => Assert.Equal(("GET", "/file", 200, _content.Length, null, true),
            (request.Method, request.Path, request.Status, request.BodyBytesSent, request.Range, request.IsComplete)));
    }

    [Fact]
    public async Task Ranges_are_served_and_logged()
    {
        using var curl = await CurlAsync(_nginx.PlainRoot, "file", "--range", "1000-1999");
        using var whole = await CurlAsync(_nginx.PlainRoot, "noranges/file", "--range", "1000-1999");

        Assert.Equal(_content.Bytes(1000, 1000), curl.Body);
        Assert.Equal(("200", _content.Length), (whole.Status, whole.Body.Length));
        var requests = await _nginx.WaitForRequestsAsync(2);
        Assert.Equal(("bytes=1000-1999", 206, "bytes 1000-1999/400000", 1000),
            (requests[0].Range, requests[0].Status, requests[0].ContentRange, requests[0].BodyBytesSent));
        Assert.Equal(("bytes=1000-1999", 200, null), (requests[1].Range, requests[1].Status, requests[1].ContentRange));
    }

    [Fact]
    public async Task The_slow_path_is_slow_and_an_asker_that_leaves_is_seen()
    {
        using var curl = await CurlAsync(_nginx.PlainRoot, "slow/file", "--max-time", "0.5");

        Assert.Equal(Curl.TimedOut, curl.ExitCode);
        var request = Assert.Single(await _nginx.WaitForRequestsAsync(1));
        Assert.False(request.IsComplete);
        Assert.InRange(request.BodyBytesSent, 1, _content.Length - 1);
    }

    [Fact]
    public async Task Compression_is_for_those_who_accept_it()
    {
        using var plain = await CurlAsync(_nginx.PlainRoot, "gzip/file");
        using var packed = await CurlAsync(_nginx.PlainRoot, "gzip/file", "--header", "Accept-Encoding: gzip");

        Assert.Equal(_content.Bytes(), plain.Body);
        Assert.Equal([0x1f, 0x8b], packed.Body[..2]);
    }

    [Fact]
    public async Task A_stopped_nginx_is_gone()
    {
        var other = await NginxOrigin.StartAsync(_directory.Path, _authority);
        using var before = await CurlAsync(other.PlainRoot, "file");
        await other.DisposeAsync();
        using var after = await CurlAsync(other.PlainRoot, "file");

        Assert.Equal(("200", "000"), (before.Status, after.Status));
    }

    Task<Curl> CurlAsync(Uri root, string path, params string[] arguments) =>
        Curl.RunAsync(["--cacert", _authority.PemPath, .. arguments, new Uri(root, path).AbsoluteUri]);
}
