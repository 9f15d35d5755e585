using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Haul.SystemTests.Origins.Faults;

/// <summary>Each fault of connections is on the wire what its name says.</summary>
public sealed class ConnectionFaultsTests : IAsyncLifetime
{
    const int Length = 300_000;

    static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(300);

    readonly FaultyOrigin _origin = FaultyOrigin.Start();
    readonly OriginFile _file;

    public ConnectionFaultsTests() => _file = _origin.Serve("/file", new TestContent(1, Length));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _origin.DisposeAsync();

    [Fact]
    public async Task The_first_connections_are_dropped_after_so_many_bytes_and_the_next_is_not()
    {
        _file.DropsAfter(100_000, connections: 2);

        var exchanges = new[] { await GetAsync(), await GetAsync(), await GetAsync() };

        Assert.Equal([100_000, 100_000, Length], exchanges.Select(exchange => exchange.Body.Length));
        Assert.Equal([100_000, 100_000, Length], _origin.Requests.Select(request => request.BodyBytesSent));
        Assert.DoesNotContain(exchanges, exchange => exchange.WasReset);
    }

    [Fact]
    public async Task The_bytes_of_all_answers_of_a_connection_count()
    {
        _file.DropsAfter(150);
        const string Ask = "GET /file HTTP/1.1\r\nHost: test\r\nRange: bytes=0-99\r\n\r\n";

        await RawExchange.SendAsync(_origin, Ask + Ask + Ask);

        Assert.Equal([100, 50], _origin.Requests.Select(request => request.BodyBytesSent));
    }

    [Fact]
    public async Task A_reset_is_a_reset()
    {
        _file.ResetsAfter(100_000);

        Assert.True((await GetAsync()).WasReset);
    }

    [Fact]
    public async Task TLS_ends_within_a_record()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        origin.Serve("/file", _file.Content).OmitsLength().CutsRecordAfter(1000);

        var (text, end) = await ReadSecurelyAsync(origin, authority);

        // An end between two records would be none the reader of TLS complains of.
        Assert.IsType<IOException>(end);
        Assert.EndsWith(Wire.Text(_file.Content.Bytes(0, 1000)), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_end_of_TLS_is_announced()
    {
        using var authority = new TestAuthority();
        await using var origin = FaultyOrigin.StartSecure(authority);
        origin.Serve("/file", _file.Content).OmitsLength();

        using var curl = await Curl.RunAsync("--cacert", authority.PemPath, origin.UrlOf("/file").AbsoluteUri);

        Assert.Equal(("", 0, Length), (curl.Errors, curl.ExitCode, curl.Body.Length));
    }

    [Fact]
    public async Task A_stall_lasts_its_time_and_the_rest_follows()
    {
        _file.StallsAfter(1000, AWhile, answers: 1);
        // The clock that timers go by: beside other timers one may end some milliseconds early by the stopwatch's.
        var started = Environment.TickCount64;
        var exchange = await GetAsync();

        Assert.True(Environment.TickCount64 - started >= AWhile.TotalMilliseconds);
        Assert.Equal(_file.Content.Bytes(), exchange.Body);
    }

    [Fact]
    public async Task A_stall_for_ever_lasts_until_the_peer_leaves()
    {
        _file.StallsAfter(1000);
        using var curl = await Curl.RunAsync("--max-time", "0.3", _origin.UrlOf("/file").AbsoluteUri);

        Assert.Equal(Curl.TimedOut, curl.ExitCode);
        Assert.Equal(_file.Content.Bytes(0, 1000), curl.Body);
        await AssertNoneOpenAsync();
    }

    [Fact]
    public async Task A_held_head_sends_nothing_at_all()
    {
        _file.HoldsHead();
        using var curl = await Curl.RunAsync("--max-time", "0.3", _origin.UrlOf("/file").AbsoluteUri);

        Assert.Equal((Curl.TimedOut, "000"), (curl.ExitCode, curl.Status));
        Assert.Equal(0, Assert.Single(_origin.Requests).Status);
        await AssertNoneOpenAsync();
    }

    [Fact]
    public async Task A_slow_connection_drips()
    {
        var small = _origin.Serve("/small", new TestContent(2, 3000)).Drips(bytesPerSecond: 10_000);
        var watch = Stopwatch.StartNew();
        var exchange = await RawExchange.GetAsync(_origin, "/small");

        Assert.Equal(small.Content.Bytes(), exchange.Body);
        // 0.3 s is due; each of the pauses may end a little early.
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_connection_too_many_is_refused_and_the_older_is_served()
    {
        _file.AllowsConnections(_origin, 1, status: 429, retryAfter: StatusFaults.Seconds(3));
        using var older = await RawExchange.ConnectAsync(_origin);
        await older.GetStream().WriteAsync(
            Wire.Bytes("HEAD /file HTTP/1.1\r\nHost: test\r\n\r\n"), TestContext.Current.CancellationToken);
        await older.GetStream().ReadExactlyAsync(new byte[12], TestContext.Current.CancellationToken);

        var refused = await GetAsync();

        Assert.Equal([200, 429], _origin.Requests.Select(request => request.Status));
        Assert.Equal("3", refused.Header("Retry-After"));
        Assert.Equal(2, _origin.ConnectionsMax);
    }

    Task<RawExchange> GetAsync() => RawExchange.GetAsync(_origin, "/file");

    static async Task<(string Text, Exception? End)> ReadSecurelyAsync(FaultyOrigin origin, TestAuthority authority)
    {
        using var root = X509CertificateLoader.LoadCertificateFromFile(authority.PemPath);
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { root },
        };
        using var client = await RawExchange.ConnectAsync(origin);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust };
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        await tls.WriteAsync(Wire.Bytes("GET /file HTTP/1.1\r\nHost: test\r\n\r\n"), TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        var end = await Record.ExceptionAsync(() => tls.CopyToAsync(received, TestContext.Current.CancellationToken));
        return (Wire.Text(received.ToArray()), end);
    }

    async Task AssertNoneOpenAsync()
    {
        var watch = Stopwatch.StartNew();
        while (_origin.ConnectionsOpen > 0 && watch.Elapsed < TimeSpan.FromSeconds(10))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(0, _origin.ConnectionsOpen);
    }
}
