using System.Globalization;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Rest;

/// <summary>Every call of the REST interface, byte for byte where clients look at bytes.</summary>
public sealed class RestCallsTests
{
    const int InvalidArgument = -2147024809;
    const int NotSet = -2147023728;
    const int Unsupported = -2147024846;
    const int NotImplemented = -2147467263;
    const int InvalidUrl = -2146697214;
    const int NoUri = -2133843456;
    const int NoPath = -2133843944;
    const int UnknownProperty = -2133843951;
    const int InvalidState = -2133843949;
    const int FileExists = -1060110319;
    const int NoSuchFile = -1060110334;
    const int AccessDenied = -1060110323;

    [Fact]
    public async Task The_requests_of_the_sdk_are_answered_in_its_dialect()
    {
        await using var rig = await RestRig.StartAsync();
        var content = new TestContent(1, 300_000);
        rig.Origin.Serve("/x%20y", content);
        var talk = await rig.TalkAsync();

        await talk.SendAsync($"POST download/create?Uri=http://127.0.0.1:{rig.Origin.Port}/x%2520y&DownloadFilePath={rig.Target()} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: DO-SDK-CPP\r\n\r\n");
        var made = await talk.ReadAsync();
        Assert.Matches("^HTTP/1\\.1 200 OK\r\nContent-Length: 46\r\nServer: Delivery-Optimization-Agent/1\\.1\\.0\r\n\r\n\\{\"Id\":\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"\\}\n$", made);
        var id = made.Split('"')[3];

        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 101\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n" +
            "{\"Status\":\"Created\",\"BytesTotal\":\"0\",\"BytesTransferred\":\"0\",\"ErrorCode\":\"0\",\"ExtendedErrorCode\":\"0\"}\n", await WordsAsync(talk, $"GET download/getstatus?Id={id}"));
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n{}\n", await WordsAsync(talk, $"POST download/start?Id={id}"));
        await talk.WaitForAsync(id, "Transferred");
        Assert.EndsWith("{\"Status\":\"Transferred\",\"BytesTotal\":\"300000\",\"BytesTransferred\":\"300000\",\"ErrorCode\":\"0\",\"ExtendedErrorCode\":\"0\"}\n",
            await WordsAsync(talk, $"GET download/getstatus?Id={id}"), StringComparison.Ordinal);
        var path = rig.Target().Replace("/", "\\/", StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{{\"downloadfilepath\":\"{path}\"}}\n", await WordsAsync(talk, $"GET download/getproperty?Id={id}&PropertyKey=downloadfilepath"), StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{}\n", await WordsAsync(talk, $"POST download/finalize?Id={id}"), StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 404 NotFound\r\nContent-Length: 28\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n{ \"ErrorCode\": -2147023728 }", await WordsAsync(talk, $"GET download/getstatus?Id={id}"));
        Assert.Null(content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task Verbs_paths_parameters_and_case_are_those_of_the_original()
    {
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        var id = await talk.AskAsync("POST", "/DOWNLOAD/Create/?uri=http://h/a", "Id");

        Assert.Equal("Created", await talk.AskAsync("GET", $"/download/GETSTATUS?iD={id.ToUpperInvariant()}&noequals", "Status"));
        await talk.FailAsync("GET", "download/create", Unsupported);
        await talk.FailAsync("get", $"download/getstatus?Id={id}", Unsupported);
        await talk.FailAsync("POST", $"download/getstatus?Id={id}", Unsupported);
        await talk.FailAsync("GET", "download/nothing", Unsupported);
        await talk.FailAsync("GET", "/", Unsupported);
        await talk.FailAsync("GET", $"download/getstatus?Id={id}&Other=1", InvalidArgument);
        await talk.FailAsync("GET", "download/enumerate", NotImplemented);
        foreach (var (method, operation) in new[] { ("POST", "start"), ("POST", "pause"), ("POST", "finalize"), ("POST", "abort"), ("GET", "getstatus"), ("GET", "getproperty"), ("POST", "setproperty") })
        {
            await talk.FailAsync(method, $"download/{operation}", NotSet, status: 404);
            await talk.FailAsync(method, $"download/{operation}?Id=11111111-2222-3333-4444-555555555555", NotSet, status: 404);
            await talk.FailAsync(method, $"download/{operation}?Id=x", NotSet, status: 404);
        }
    }

    [Fact]
    public async Task What_keeps_a_download_from_starting_is_told_by_the_numbers_of_the_original()
    {
        await using var rig = await RestRig.StartAsync();
        rig.Origin.Serve("/a", new TestContent(1, 1000));
        var talk = await rig.TalkAsync();
        await talk.FailAsync("POST", "download/create?Uri=ftp://h/a", InvalidUrl);
        await talk.FailAsync("POST", "download/create?Uri=http://", InvalidUrl);
        await talk.FailAsync("POST", "download/create?DownloadFilePath=a", InvalidArgument);
        var empty = await talk.AskAsync("POST", "download/create", "Id");
        await talk.FailAsync("POST", $"download/start?Id={empty}", NoUri);
        await talk.FailAsync("POST", $"download/finalize?Id={empty}", InvalidState);
        await talk.DoAsync("pause", empty);
        Assert.Equal((200, "{}\n"), await talk.AskAsync("POST", $"download/setproperty?Id={empty}&Uri={rig.Origin.UrlOf("/a")}&NoProgressTimeoutSeconds=10"));
        await talk.FailAsync("POST", $"download/start?Id={empty}", NoPath);

        await FailStartAsync(rig.Target("none/a"), NoSuchFile);
        File.WriteAllText(rig.Target("there"), "precious");
        await FailStartAsync(rig.Target("there"), FileExists);
        if (Environment.IsPrivilegedProcess)
            await FailStartAsync("/root/a", AccessDenied);
        Assert.Equal("precious", File.ReadAllText(rig.Target("there")));

        async Task FailStartAsync(string path, int code)
        {
            var id = await talk.CreateAsync(rig.Origin.UrlOf("/a"), path);
            await talk.FailAsync("POST", $"download/start?Id={id}", code);
            Assert.Equal("Created", await talk.StatusAsync(id));
        }
    }

    [Fact]
    public async Task Properties_are_read_and_set_by_name()
    {
        await using var rig = await RestRig.StartAsync();
        var talk = await rig.TalkAsync();
        var id = await talk.AskAsync("POST", "download/create?Uri=http://h/a", "Id");

        Assert.Equal(id, await talk.AskAsync("GET", $"download/getproperty?Id={id}&PropertyKey=Id", "Id"));
        Assert.Equal("http://h/a", await talk.AskAsync("GET", $"download/getproperty?Id={id}&PropertyKey=Uri", "Uri"));
        Assert.Equal("", await talk.AskAsync("GET", $"download/getproperty?Id={id}&PropertyKey=DownloadFilePath", "DownloadFilePath"));
        Assert.Equal("0", await talk.AskAsync("GET", $"download/getproperty?Id={id}&PropertyKey=NoProgressTimeoutSeconds", "NoProgressTimeoutSeconds"));
        await talk.FailAsync("GET", $"download/getproperty?Id={id}", InvalidArgument);
        await talk.FailAsync("GET", $"download/getproperty?Id={id}&PropertyKey=PropertyKey", UnknownProperty);
        await talk.FailAsync("GET", $"download/getproperty?Id={id}&PropertyKey=1", UnknownProperty);
        Assert.Equal((200, "{}\n"), await talk.AskAsync("POST", $"download/setproperty?Id={id}&NoProgressTimeoutSeconds=33&DownloadFilePath={rig.Target()}"));
        Assert.Equal("33", await talk.AskAsync("GET", $"download/getproperty?Id={id}&PropertyKey=NoProgressTimeoutSeconds", "NoProgressTimeoutSeconds"));
        await talk.FailAsync("POST", $"download/setproperty?Id={id}", InvalidArgument);
        await talk.FailAsync("POST", $"download/setproperty?Id={id}&NoProgressTimeoutSeconds=9", InvalidArgument);
        await talk.FailAsync("POST", $"download/setproperty?Id={id}&NoProgressTimeoutSeconds=x", InvalidArgument);
        await talk.FailAsync("POST", $"download/setproperty?Id={id}&PropertyKey=Uri", UnknownProperty);
    }

    [Fact]
    public async Task What_the_origin_refuses_is_a_pause_with_the_group_s_number()
    {
        await using var rig = await RestRig.StartAsync();
        rig.Origin.Serve("/410").Fails(410);
        rig.Origin.Serve("/418").Fails(418);
        var talk = await rig.TalkAsync();
        foreach (var (path, code) in new[] { ("/none", "-2145844844"), ("/410", "-2145844844"), ("/418", "-2145845247") })
        {
            var id = await talk.CreateAsync(rig.Origin.UrlOf(path), rig.Target(path[1..]));
            await talk.DoAsync("start", id);
            while (await talk.StatusAsync(id) == "Transferring")
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.Equal((200, $"{{\"Status\":\"Paused\",\"BytesTotal\":\"0\",\"BytesTransferred\":\"0\",\"ErrorCode\":\"{code}\",\"ExtendedErrorCode\":\"0\"}}\n"), await talk.AskAsync("GET", $"download/getstatus?Id={id}"));
            await talk.DoAsync("abort", id);
            await talk.FailAsync("GET", $"download/getstatus?Id={id}", NotSet, status: 404);
        }
    }

    [Fact]
    public async Task An_aborted_download_takes_its_bytes_with_it_and_a_transferred_one_too()
    {
        await using var rig = await RestRig.StartAsync();
        rig.Origin.Serve("/a", new TestContent(1, 3_000_000));
        rig.Origin.Serve("/slow", new TestContent(2, 3_000_000)).Drips(100_000);
        rig.Origin.Serve("/empty");
        var talk = await rig.TalkAsync();
        var whole = await talk.CreateAsync(rig.Origin.UrlOf("/a"), rig.Target("a"));
        var part = await talk.CreateAsync(rig.Origin.UrlOf("/slow"), rig.Target("slow"));
        var empty = await talk.CreateAsync(rig.Origin.UrlOf("/empty"), rig.Target("empty"));
        foreach (var id in new[] { whole, part, empty })
            await talk.DoAsync("start", id);
        await talk.WaitForAsync(whole, "Transferred");
        await talk.WaitForBytesAsync(part, 1);
        await talk.WaitForAsync(empty, "Transferred");
        await talk.DoAsync("start", whole);
        await talk.DoAsync("pause", whole);
        Assert.Equal("Transferred", await talk.StatusAsync(whole));
        Assert.Equal("0", await talk.StatusAsync(empty, "BytesTotal"));

        await talk.DoAsync("abort", whole);
        await talk.DoAsync("abort", part);
        await talk.DoAsync("finalize", empty);

        Assert.Equal([rig.Target("empty")], Directory.GetFiles(Path.GetDirectoryName(rig.Target())!));
    }

    [Fact]
    public async Task A_path_that_another_download_is_for_is_taken()
    {
        await using var rig = await RestRig.StartAsync();
        rig.Origin.Serve("/slow", new TestContent(2, 3_000_000)).Drips(100_000);
        var talk = await rig.TalkAsync();
        var first = await talk.CreateAsync(rig.Origin.UrlOf("/slow"), rig.Target());
        var second = await talk.CreateAsync(rig.Origin.UrlOf("/slow"), rig.Target());
        await talk.DoAsync("start", first);
        await talk.FailAsync("POST", $"download/start?Id={second}", FileExists);
        await talk.WaitForBytesAsync(first, 1);
        await talk.DoAsync("pause", first);

        await talk.FailAsync("POST", $"download/start?Id={second}", FileExists);

        Assert.Equal("Paused", await talk.StatusAsync(first));
        var hidden = Directory.GetFiles(Path.GetDirectoryName(rig.Target())!).Single();
        File.Delete(hidden);
        await talk.FailAsync("POST", $"download/start?Id={first}", NoSuchFile);
        Assert.Equal(NoSuchFile.ToString(CultureInfo.InvariantCulture), await talk.StatusAsync(first, "ErrorCode"));
    }

    [Fact]
    public async Task Downloads_and_jobs_that_were_not_made_here_are_not_seen_here()
    {
        await using var rig = await RestRig.StartAsync();
        var other = await Agent.ApiAnswer.AskAsync(rig.Options.SocketPath!, HttpMethod.Post, "/v1/downloads", "{}");
        var talk = await rig.TalkAsync();

        await talk.FailAsync("POST", $"download/abort?Id={other.Location!.Split('/')[^1]}", NotSet, status: 404);
        var mine = await talk.AskAsync("POST", "download/create", "Id");
        var jobs = await Agent.ApiAnswer.AskAsync(rig.Options.SocketPath!, HttpMethod.Get, "/v1/jobs?all=true", null);
        Assert.Contains(mine, jobs.Body, StringComparison.Ordinal);
    }

    static async Task<string> WordsAsync(RestTalk talk, string line)
    {
        await talk.SendAsync($"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: DO-SDK-CPP\r\n\r\n");
        return await talk.ReadAsync();
    }
}
