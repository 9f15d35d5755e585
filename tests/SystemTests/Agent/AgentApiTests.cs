using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using static System.Net.Http.HttpMethod;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>Every call of the local API, as any HTTP client makes it.</summary>
public sealed class AgentApiTests
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    [Fact]
    public async Task A_job_is_made_found_listed_changed_and_cancelled()
    {
        await using var rig = await AgentRig.StartAsync();

        var made = await rig.CallAsync(Post, "/v1/jobs", """{"displayName":"one","unknown":1,"properties":{"priority":"Low"}}""");
        var job = made.As(_json.JobSnapshot);
        Assert.Equal(201, made.Status);
        Assert.Equal($"/v1/jobs/{job.Id}", made.Location);
        Assert.Equal((JobState.Suspended, JobPriority.Low), (job.State, job.Priority));
        Assert.Equal(job, (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}")).As(_json.JobSnapshot));
        Assert.Equal([job], (await rig.CallAsync(Get, "/v1/jobs")).As(_json.IReadOnlyListJobSnapshot));

        var changed = (await rig.CallAsync(Patch, $"/v1/jobs/{job.Id}", """{"description":"more","notifyFlags":"JobError, FileTransferred"}""")).As(_json.JobReply);
        Assert.Equal(("more", NotifyFlags.JobError | NotifyFlags.FileTransferred), (changed.Job.Description, changed.Job.NotifyFlags));

        var cancelled = (await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/cancel")).As(_json.JobReply);
        Assert.Equal(JobState.Cancelled, cancelled.Job.State);
        Assert.Empty((await rig.CallAsync(Get, "/v1/jobs?all=true")).As(_json.IReadOnlyListJobSnapshot));
        Assert.Equal(JobState.Cancelled, (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}")).As(_json.JobSnapshot).State);
        Assert.Equal(DO_E_INVALID_STATE, (await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/resume")).Code(409));
    }

    [Fact]
    public async Task Files_are_added_listed_and_given_another_url()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await rig.CreateAsync();
        var files = $$"""[{"remoteName":"http://localhost:9/a","localName":"{{rig.Target("a")}}"},{"remoteName":"http://localhost:9/b","localName":"{{rig.Target("b")}}","ranges":[{"offset":5,"length":10}]}]""";

        var added = await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/files", files);
        Assert.Equal(201, added.Status);
        Assert.Equal(["0", "1"], added.As(_json.IReadOnlyListFileSnapshot).Select(file => file.FileId));

        var moved = await rig.CallAsync(Put, $"/v1/jobs/{job.Id}/files/1/remote-name", """{"remoteName":"http://localhost:9/c"}""");
        Assert.Equal(S_OK, moved.As(_json.JobReply).Code);
        var file = (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}/files/1")).As(_json.FileSnapshot);
        Assert.Equal(("http://localhost:9/c", 10ul), (file.RemoteName, file.BytesTotal));
        Assert.Equal(2, (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}/files")).As(_json.IReadOnlyListFileSnapshot).Count);

        Assert.Equal(E_INVALIDARG, (await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/files", files)).Code(400));
        Assert.Equal(BG_E_FILE_NOT_FOUND, (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}/files/2")).Code(404));
        Assert.Equal(BG_E_FILE_NOT_FOUND, (await rig.CallAsync(Get, $"/v1/jobs/{job.Id}/files/-1")).Code(404));
        Assert.Equal(BG_E_FILE_NOT_FOUND, (await rig.CallAsync(Put, $"/v1/jobs/{job.Id}/files/x/remote-name", """{"remoteName":"http://localhost:9/c"}""")).Code(404));
    }

    [Fact]
    public async Task A_job_is_resumed_suspended_and_completed_and_its_file_is_in_place()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        var content = new TestContent(1, 3_000_000);
        origin.Serve("/a", content);
        var job = (await rig.CallAsync(Post, "/v1/jobs", rig.JobOf(origin.UrlOf("/a")))).As(_json.JobSnapshot);
        Assert.Equal(S_OK, (await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/suspend")).As(_json.JobReply).Code);
        Assert.Equal(S_OK, (await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/resume")).As(_json.JobReply).Code);

        await using var events = await EventTap.OpenAsync(rig.SocketPath, $"/v1/events?job={job.Id}");
        await events.WaitForAsync(e => e.Job.State == JobState.Transferred);
        var done = (await rig.CallAsync(Post, $"/v1/jobs/{job.Id}/complete")).As(_json.JobReply);

        Assert.Equal((S_OK, JobState.Acknowledged), (done.Code, done.Job.State));
        Assert.Equal(content.Bytes(0, content.Length), File.ReadAllBytes(rig.Target()));
    }

    [Fact]
    public async Task The_status_tells_what_goes_on()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.CreateAsync();
        await rig.CreateAsync();

        var status = (await rig.CallAsync(Get, "/v1/status")).As(_json.AgentStatus);

        Assert.Equal(new Dictionary<JobState, int> { [JobState.Suspended] = 2 }, status.Jobs);
        Assert.Equal((Environment.ProcessId, true, rig.SocketPath, rig.Options.StateDirectory), (status.ProcessId, status.IsSystem, status.SocketPath, status.StateDirectory));
        Assert.Equal((0, 0L), (status.ActiveTransfers, status.BytesPerSecond));
    }

    [Theory]
    [InlineData("GET", "/v1/jobs/11111111-2222-3333-4444-555555555555", null, 404, "DO_E_JOB_NOT_FOUND")]
    [InlineData("POST", "/v1/jobs/11111111-2222-3333-4444-555555555555/resume", null, 404, "DO_E_JOB_NOT_FOUND")]
    [InlineData("GET", "/v1/events?job=11111111-2222-3333-4444-555555555555", null, 404, "DO_E_JOB_NOT_FOUND")]
    [InlineData("GET", "/v1/jobs/one", null, 400, "E_INVALIDARG")]
    [InlineData("GET", "/v1/events?job=one", null, 400, "E_INVALIDARG")]
    [InlineData("GET", "/v1/jobs?all=yes", null, 400, "E_INVALIDARG")]
    [InlineData("GET", "/v1/nothing", null, 404, "E_NOTIMPL")]
    [InlineData("GET", "/", null, 404, "E_NOTIMPL")]
    [InlineData("DELETE", "/v1/jobs", null, 405, "E_NOTIMPL")]
    [InlineData("POST", "/v1/jobs", "{", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", "", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", "null", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", "[]", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", "{}", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", """{"displayName":null}""", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", """{"displayName":""}""", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","files":null}""", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","files":[null]}""", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","type":"Upload"}""", 400, "E_NOTIMPL")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","resume":true}""", 409, "DO_E_JOB_EMPTY")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","files":[{"remoteName":"ftp://a/b","localName":"/tmp/haul-none"}]}""", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","files":[{"remoteName":"http://a/b","localName":"/haul-no-such/file"}]}""", 422, "ERROR_PATH_NOT_FOUND")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","files":[{"remoteName":"http://a/b","localName":"/tmp/haul-none","ranges":[{"offset":0,"length":0}]}]}""", 400, "DO_E_INVALID_RANGE")]
    [InlineData("POST", "/v1/jobs", """{"displayName":"a","files":[{"remoteName":"http://a/b","localName":"/tmp/haul-none","http":{"headers":[null]}}]}""", 400, "E_INVALIDARG")]
    [InlineData("POST", "/v1/notifications/none/answers", "[]", 404, "E_NOT_SET")]
    public async Task What_cannot_be_done_is_told_as_a_problem(string method, string path, string? body, int status, string code)
    {
        await using var rig = await AgentRig.StartAsync();

        var answer = await rig.CallAsync(new HttpMethod(method), path, body);

        Assert.Equal(HResults.FromName(code), answer.Code(status));
        Assert.Empty((await rig.CallAsync(Get, "/v1/jobs")).As(_json.IReadOnlyListJobSnapshot));
    }

    [Fact]
    public async Task A_job_whose_file_is_refused_is_not_made()
    {
        await using var rig = await AgentRig.StartAsync();
        File.WriteAllText(rig.Target(), "mine");

        Assert.Equal(ERROR_FILE_EXISTS, (await rig.CallAsync(Post, "/v1/jobs", rig.JobOf(new Uri("http://localhost:9/a")))).Code(422));

        Assert.Empty((await rig.CallAsync(Get, "/v1/jobs")).As(_json.IReadOnlyListJobSnapshot));
    }

    [Fact]
    public async Task Secrets_are_not_given_back()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = (await rig.CallAsync(Post, "/v1/jobs", JsonSerializer.Serialize(
            new CreateJob
            {
                DisplayName = "a",
                Files = [new AddFile { RemoteName = "http://me:hidden1@localhost:9/a", LocalName = rig.Target(), Http = new HttpOptions { Password = "hidden2", BearerToken = "hidden3", Headers = [new("X", "hidden4")], AuthHeaders = [new("X", "hidden5")] } }],
            },
            _json.CreateJob))).As(_json.JobSnapshot);

        foreach (var path in new[] { $"/v1/jobs/{job.Id}", $"/v1/jobs/{job.Id}/files", $"/v1/jobs/{job.Id}/files/0", "/v1/jobs", "/v1/status" })
            Assert.DoesNotContain("hidden", (await rig.CallAsync(Get, path)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", rig.Log.ToString(), StringComparison.Ordinal);
    }
}
