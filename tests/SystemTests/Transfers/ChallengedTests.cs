using System.Text;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Transfers;

/// <summary>Headers that are kept until the file's own origin answers 401, over real connections.</summary>
public sealed class ChallengedTests
{
    const string Token = "Bearer t0ken-of-challenge";
    static readonly TestContent _content = new(7, 2_500_000);

    static Func<AddFile, AddFile> With(string value, HttpOptions? options = null) =>
        file => file with { Http = (options ?? new HttpOptions()) with { AuthHeaders = [new Header("Authorization", value), new Header("X-Key", "key")] } };

    [Fact]
    public async Task The_first_request_goes_without_and_those_of_all_connections_after_it_with_them()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(2, 48L << 20);
        origin.Serve("/file", content).RequiresBearer(Token[7..]).Drips(8 << 20);

        await rig.FetchAsync(origin.UrlOf("/file"), With(Token));

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.True(origin.AnsweringMax > 1);
        Assert.Null(origin.Requests[0]["Authorization"]);
        Assert.Null(origin.Requests[0]["X-Key"]);
        Assert.All(origin.Requests.Skip(1), request => Assert.Equal((Token, "key"), (request["Authorization"], request["X-Key"])));
    }

    [Fact]
    public async Task Where_nobody_asks_they_are_never_sent()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content).Fails(503, times: 1, retryAfter: StatusFaults.Seconds(1));

        await rig.FetchAsync(origin.UrlOf("/file"), With(Token));

        AssertTold(origin, false, false);
    }

    [Fact]
    public async Task Wrong_ones_are_an_error_as_wrong_credentials_are_and_stand_nowhere()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content).RequiresBearer("another");

        var job = await rig.StartAsync(origin.UrlOf("/file"), With(Token));
        var error = (await rig.WaitAsync(job.Id, JobState.Error)).Error!;
        var file = (await rig.Jobs.FilesAsync(rig.Me, job.Id)).Value![0];

        Assert.Equal(HResult.FromHttpStatus(401), error.Code);
        Assert.DoesNotContain("t0ken", error.Text + file, StringComparison.Ordinal);
        AssertTold(origin, false, true);
        await rig.RestartAsync(() =>
        {
            foreach (var path in Directory.GetFiles(rig.Target("state"), "jobs.db*"))
                Assert.True(File.ReadAllBytes(path).AsSpan().IndexOf("t0ken"u8) < 0, path);
        });

        // They are still held: the answer is the same after a restart.
        await rig.Jobs.ResumeAsync(rig.Me, job.Id);
        await rig.WaitAsync(job.Id, JobState.Error);
        AssertTold(origin, false, true, false, true);
    }

    [Fact]
    public async Task Another_origin_gets_none_whether_it_asks_or_not()
    {
        await using var other = FaultyOrigin.Start();
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        other.Serve("/open", _content);
        other.Serve("/closed", _content).RequiresBearer(Token[7..]);
        origin.Serve("/to-open").RequiresBearer(Token[7..]).RedirectsTo(other.UrlOf("/open"));
        origin.Serve("/to-closed").RedirectsTo(other.UrlOf("/closed"));

        var error = await rig.FailAsync(origin.UrlOf("/to-closed"), With(Token));
        await rig.FetchAsync(origin.UrlOf("/to-open"), With(Token));

        Assert.Equal(HResult.FromHttpStatus(401), error.Code);
        AssertTold(origin, false, false, true);
        AssertTold(other, false, false);
    }

    [Fact]
    public async Task A_place_without_TLS_gets_none_of_those_of_a_place_with_it()
    {
        using var authority = new TestAuthority();
        await using var plain = FaultyOrigin.Start();
        await using var secure = FaultyOrigin.StartSecure(authority);
        await using var rig = new EngineRig();
        plain.Serve("/file", _content).RequiresBearer(Token[7..]);
        secure.Serve("/file").RequiresBearer(Token[7..]).RedirectsTo(plain.UrlOf("/file"));
        var options = new HttpOptions { CaPem = File.ReadAllText(authority.PemPath), AllowSecureToInsecureRedirect = true };

        var error = await rig.FailAsync(secure.UrlOf("/file"), With(Token, options));

        Assert.Equal(HResult.FromHttpStatus(401), error.Code);
        AssertTold(secure, false, true);
        AssertTold(plain, false);
    }

    [Fact]
    public async Task A_proxy_that_asks_who_is_there_gets_none()
    {
        await using var proxy = ForwardProxy.StartWithPassword("p", "q");
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content);

        var error = await rig.FailAsync(origin.UrlOf("/file"), With(Token, new HttpOptions { Proxy = proxy.Root.ToString() }));

        Assert.Equal(HResult.FromHttpStatus(407), error.Code);
        Assert.All(proxy.Requests, request => Assert.Null(request["Authorization"]));
    }

    [Fact]
    public async Task A_piece_hash_file_is_told_when_it_lies_on_the_same_origin()
    {
        await using var other = FaultyOrigin.Start();
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content).RequiresBearer(Token[7..]);
        var check = origin.ServeHashes("/hashes", _content, asks: Token);
        var elsewhere = other.ServeHashes("/hashes", _content, asks: Token);

        var error = await rig.FailAsync(origin.UrlOf("/file"), file => With(Token)(file) with { Integrity = elsewhere });
        var file = await rig.FetchAsync(origin.UrlOf("/file"), file => With(Token)(file) with { Integrity = check });

        Assert.Equal(IntegrityState.Checked, file.Integrity!.State);
        Assert.Equal([false, true], origin.RequestsOf("/hashes").Select(IsTold));
        Assert.Equal(HResults.DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, error.Code);
        AssertTold(other, false);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2")]
    public async Task A_password_that_nginx_asks_for_is_given(string version)
    {
        using var authority = new TestAuthority();
        using var directory = new TempDirectory();
        _content.WriteTo(directory.File("file"));
        await using var nginx = await NginxOrigin.StartAsync(directory.Path, authority);
        await using var rig = new EngineRig();
        var options = new HttpOptions { CaPem = File.ReadAllText(authority.PemPath), HttpVersion = version };
        var basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{NginxOrigin.User}:{NginxOrigin.Password}"))}";

        await rig.FetchAsync(new Uri(nginx.Http2Root, "locked/file"), With(basic, options));

        Assert.Null(_content.FirstDifference(rig.Target()));
        Assert.Equal([401, 206], (await nginx.WaitForRequestsAsync(2)).Select(request => request.Status));
    }

    static bool IsTold(OriginRequest request) => request["Authorization"] is not null || request["X-Key"] is not null;

    static void AssertTold(FaultyOrigin origin, params bool[] told) => Assert.Equal(told, origin.Requests.Select(IsTold));
}
