using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using static System.Net.Http.HttpMethod;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>The calls about downloads, as any HTTP client makes them.</summary>
public sealed class DownloadApiTests
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    [Fact]
    public async Task A_download_is_made_found_started_and_finalized()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        var content = new TestContent(1, 3_000_000);
        origin.Serve("/a", content);
        Assert.Equal(DO_E_NO_DOWNLOADS, (await rig.CallAsync(Get, "/v1/downloads")).Code(404));

        var made = await rig.CallAsync(Post, "/v1/downloads", $$"""{"properties":{"Uri":"{{origin.UrlOf("/a")}}","4":"{{rig.Target()}}","ForegroundPriority":true} }""");
        var id = made.As(_json.DownloadStatus).Id;
        Assert.Equal((201, $"/v1/downloads/{id}"), (made.Status, made.Location));
        Assert.Equal(DownloadState.Created, (await rig.CallAsync(Get, $"/v1/downloads/{id}")).As(_json.DownloadStatus).State);
        Assert.Equal(id, (await rig.CallAsync(Get, $"/v1/downloads?property=Uri&value={Uri.EscapeDataString(origin.UrlOf("/a").ToString())}")).As(_json.IReadOnlyListDownloadStatus).Single().Id);
        Assert.Equal(id, (await rig.CallAsync(Get, "/v1/jobs")).As(_json.IReadOnlyListJobSnapshot).Single().Id);

        Assert.Equal(DO_E_DOWNLOAD_RANGES_EXPECTED, (await rig.CallAsync(Post, $"/v1/downloads/{id}/start", "{}")).Code(409));
        Assert.Equal(DO_E_INVALID_STATE, (await rig.CallAsync(Post, $"/v1/downloads/{id}/finalize")).Code(409));
        Assert.Equal(DownloadState.Transferring, (await rig.CallAsync(Post, $"/v1/downloads/{id}/start", """{"ranges":[]}""")).As(_json.DownloadStatus).State);
        await using var events = await EventTap.OpenAsync(rig.SocketPath, $"/v1/events?job={id}");
        await events.WaitForAsync(e => e.Job.State == JobState.Transferred);
        Assert.Equal(DownloadState.Finalized, (await rig.CallAsync(Post, $"/v1/downloads/{id}/finalize")).As(_json.DownloadStatus).State);

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.Equal(DO_E_INVALID_STATE, (await rig.CallAsync(Post, $"/v1/downloads/{id}/pause")).Code(409));
        Assert.Equal(DO_E_JOB_NOT_FOUND, (await rig.CallAsync(Get, $"/v1/downloads/{Guid.NewGuid()}")).Code(404));
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Get, "/v1/downloads/x")).Code(400));
    }

    [Fact]
    public async Task A_state_is_waited_out()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/slow", new TestContent(2, 3_000_000)).Drips(1_000);
        var made = await rig.CallAsync(Post, "/v1/downloads", $$"""{"properties":{"Uri":"{{origin.UrlOf("/slow")}}","4":"{{rig.Target()}}"} }""");
        var id = made.As(_json.DownloadStatus).Id;
        Assert.Equal(DownloadState.Created, (await rig.CallAsync(Get, $"/v1/downloads/{id}/wait?while=Paused")).As(_json.DownloadStatus).State);
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Get, $"/v1/downloads/{id}/wait?while=77")).Code(400));
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Get, $"/v1/downloads/{id}/wait")).Code(400));
        Assert.Equal(DO_E_JOB_NOT_FOUND, (await rig.CallAsync(Get, $"/v1/downloads/{Guid.NewGuid()}/wait?while=Created")).Code(404));
        await rig.CallAsync(Post, $"/v1/downloads/{id}/start", """{"ranges":[]}""");

        var waiting = rig.CallAsync(Get, $"/v1/downloads/{id}/wait?while=transferring");
        await rig.CallAsync(Post, $"/v1/downloads/{id}/pause");

        Assert.Equal(DownloadState.Paused, (await waiting).As(_json.DownloadStatus).State);
    }

    [Fact]
    public async Task Properties_are_read_and_set()
    {
        await using var rig = await AgentRig.StartAsync();
        var id = (await rig.CallAsync(Post, "/v1/downloads", "{}")).As(_json.DownloadStatus).Id;
        var path = $"/v1/downloads/{id}/properties/";

        Assert.Equal(E_NOT_SET, (await rig.CallAsync(Get, path + "TotalSizeBytes")).Code(404));
        Assert.Equal(DownloadState.Created, (await rig.CallAsync(Put, path + "TotalSizeBytes", """{"value":18}""")).As(_json.DownloadStatus).State);
        Assert.Equal(18ul, (await rig.CallAsync(Get, path + "21")).As(_json.DownloadPropertyValue).Value.Number);
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Put, path + "TotalSizeBytes", """{"value":"18"}""")).Code(400));
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Put, path + "TotalSizeBytes", """{"value":null}""")).Code(400));
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Put, path + "TotalSizeBytes", """{"value":-1}""")).Code(400));
        Assert.Equal(DO_E_UNKNOWN_PROPERTY_ID, (await rig.CallAsync(Put, path + "99", """{"value":1}""")).Code(404));
        Assert.Equal(DO_E_READ_ONLY_PROPERTY, (await rig.CallAsync(Put, path + "Id", """{"value":"1"}""")).Code(409));
        Assert.Equal(DO_E_WRITE_ONLY_PROPERTY, (await rig.CallAsync(Get, path + "DecryptionInfo")).Code(409));
        Assert.Equal(E_NOTIMPL, (await rig.CallAsync(Put, path + "CallbackInterface", """{"value":"1"}""")).Code(400));
        Assert.Equal(INET_E_INVALID_URL, (await rig.CallAsync(Put, path + "Uri", """{"value":"ftp://h/a"}""")).Code(400));
        Assert.Equal(CRYPT_E_FILE_ERROR, (await rig.CallAsync(Put, path + "SecurityContext", """{"value":"AAAA"}""")).Code(400));
    }

    [Fact]
    public async Task Headers_for_a_challenge_are_sent_and_not_given_back()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 3_000)).RequiresBearer("hidden");
        var id = (await rig.CallAsync(Post, "/v1/downloads", $$"""{"properties":{"Uri":"{{origin.UrlOf("/a")}}","4":"{{rig.Target()}}"} }""")).As(_json.DownloadStatus).Id;
        var path = $"/v1/downloads/{id}/properties/";
        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Put, path + "HttpCustomAuthHeaders", """{"value":"hidden"}""")).Code(400));
        Assert.Equal(200, (await rig.CallAsync(Put, path + "HttpCustomAuthHeaders", """{"value":"Authorization: Bearer hidden\r\n"}""")).Status);
        Assert.Equal(E_NOT_SET, (await rig.CallAsync(Get, path + "HttpServerIPAddress")).Code(404));

        await rig.CallAsync(Post, $"/v1/downloads/{id}/start", """{"ranges":[]}""");
        await using var events = await EventTap.OpenAsync(rig.SocketPath, $"/v1/events?job={id}");
        await events.WaitForAsync(e => e.Job.State == JobState.Transferred);

        Assert.Equal([401, 206], origin.Requests.Select(request => request.Status));
        Assert.Equal("127.0.0.1", (await rig.CallAsync(Get, path + "28")).As(_json.DownloadPropertyValue).Value.Text);
        foreach (var place in new[] { $"/v1/downloads/{id}", $"/v1/jobs/{id}", $"/v1/jobs/{id}/files", path + "HttpResponseHeaders", path + "HttpCustomAuthHeaders" })
            Assert.DoesNotContain("hidden", (await rig.CallAsync(Get, place)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", rig.Log.ToString(), StringComparison.Ordinal);
        await rig.CallAsync(Post, $"/v1/downloads/{id}/finalize");
        Assert.Equal("127.0.0.1", (await rig.CallAsync(Get, path + "28")).As(_json.DownloadPropertyValue).Value.Text);
    }

    [Fact]
    public async Task A_download_to_a_stream_is_read_while_it_comes()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        var content = new TestContent(2, 6_000_000);
        origin.Serve("/a", content).Drips(3_000_000);
        var id = await StartStreamAsync(rig, origin.UrlOf("/a"));

        using var http = ApiAnswer.ClientOf(rig.SocketPath);
        await using var body = await http.GetStreamAsync($"/v1/downloads/{id}/content", TestContext.Current.CancellationToken);
        var read = new byte[content.Length];
        await body.ReadExactlyAsync(read.AsMemory(0, 100_000), TestContext.Current.CancellationToken);
        Assert.Equal(DownloadState.Transferring, (await rig.CallAsync(Get, $"/v1/downloads/{id}")).As(_json.DownloadStatus).State);
        await body.ReadExactlyAsync(read.AsMemory(100_000), TestContext.Current.CancellationToken);
        Assert.Equal(0, await body.ReadAsync(new byte[1], TestContext.Current.CancellationToken));

        Assert.Equal(content.Bytes(), read);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(rig.Target())!, ".haul-*"));
        Assert.Equal(DownloadState.Finalized, (await rig.CallAsync(Post, $"/v1/downloads/{id}/finalize")).As(_json.DownloadStatus).State);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(rig.Target())!, ".haul-*"));
    }

    [Fact]
    public async Task A_stream_that_will_have_no_end_breaks_off()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(2, 6_000_000)).StallsAfter(2_500_000);
        var id = await StartStreamAsync(rig, origin.UrlOf("/a"));
        using var http = ApiAnswer.ClientOf(rig.SocketPath);
        await using var body = await http.GetStreamAsync($"/v1/downloads/{id}/content", TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[1 << 20], TestContext.Current.CancellationToken);

        Assert.Equal(DownloadState.Aborted, (await rig.CallAsync(Post, $"/v1/downloads/{id}/abort")).As(_json.DownloadStatus).State);

        await Assert.ThrowsAnyAsync<Exception>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal(DO_E_INVALID_STATE, (await rig.CallAsync(Get, $"/v1/downloads/{id}/content")).Code(409));
    }

    [Fact]
    public async Task What_is_volatile_ends_with_the_agent()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(2, 6_000_000)).Drips(500_000);
        var kept = (await rig.CallAsync(Post, "/v1/downloads", """{"properties":{"NonVolatile":true}}""")).As(_json.DownloadStatus).Id;
        var lost = await StartStreamAsync(rig, origin.UrlOf("/a"));
        while (Directory.GetFiles(Path.GetDirectoryName(rig.Target())!, ".haul-*").Length == 0)
            await Task.Delay(5, TestContext.Current.CancellationToken);

        await rig.RestartAgentAsync();

        Assert.Equal(kept, (await rig.CallAsync(Get, "/v1/downloads")).As(_json.IReadOnlyListDownloadStatus).Single().Id);
        while (Directory.GetFiles(Path.GetDirectoryName(rig.Target())!, ".haul-*").Length > 0)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.NotEqual(200, (await rig.CallAsync(Post, $"/v1/downloads/{lost}/start", "{}")).Status);
    }

    [RootFact]
    public async Task A_user_sees_and_touches_the_own_downloads_only()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 1000));
        var (first, second) = (TestUsers.First.Name, TestUsers.Second.Name);
        var body = $$"""{"properties":{"Uri":"{{origin.UrlOf("/a")}}","LocalPath":"{{rig.Target()}}"} }""";
        var id = (await rig.CurlAsync(first, "POST", "/v1/downloads", body)).As(_json.DownloadStatus).Id;

        Assert.Equal(DO_E_NO_DOWNLOADS, (await rig.CurlAsync(second, "GET", "/v1/downloads")).Code(404));
        Assert.Equal(DO_E_NO_DOWNLOADS, (await rig.CallAsync(Get, "/v1/downloads")).Code(404));
        Assert.Equal(id, (await rig.CurlAsync(first, "GET", "/v1/downloads")).As(_json.IReadOnlyListDownloadStatus).Single().Id);
        foreach (var (method, path) in new[] { ("GET", ""), ("POST", "/pause"), ("POST", "/abort"), ("POST", "/finalize"), ("GET", "/properties/Uri"), ("GET", "/content") })
            Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(second, method, $"/v1/downloads/{id}{path}")).Code(403));
        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(second, "POST", $"/v1/downloads/{id}/start", """{"ranges":[]}""")).Code(403));
        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(second, "PUT", $"/v1/downloads/{id}/properties/Uri", """{"value":"http://h/b"}""")).Code(403));

        using var closed = new TestDirectory();
        var place = closed.OwnedBy(0, 0, "closed");
        await rig.CurlAsync(first, "PUT", $"/v1/downloads/{id}/properties/LocalPath", $$"""{"value":"{{place}}/a"}""");
        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(first, "POST", $"/v1/downloads/{id}/start", """{"ranges":[]}""")).Code(403));
    }

    static async Task<Guid> StartStreamAsync(AgentRig rig, Uri url)
    {
        var id = (await rig.CallAsync(Post, "/v1/downloads", $$"""{"properties":{"Uri":"{{url}}"} }""")).As(_json.DownloadStatus).Id;
        var asked = new StartDownload { Ranges = [], SinkDirectory = Path.GetDirectoryName(rig.Target()) };
        Assert.Equal(200, (await rig.CallAsync(Post, $"/v1/downloads/{id}/start", JsonSerializer.Serialize(asked, _json.StartDownload))).Status);
        return id;
    }
}
