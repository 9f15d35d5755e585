using System.Text.Json;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Agent;

/// <summary>Two real users and root at one agent: who is who is the kernel's word, and each has its own.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class AgentUsersTests
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    [RootFact]
    public async Task A_user_neither_sees_nor_touches_another_s_jobs_and_root_sees_all()
    {
        await using var rig = await AgentRig.StartAsync();
        var (first, second) = (TestUsers.First.Name, TestUsers.Second.Name);
        var mine = (await rig.CurlAsync(first, "POST", "/v1/jobs", """{"displayName":"mine","owner":{"uid":0},"uid":0}""")).As(_json.JobSnapshot);
        var theirs = (await rig.CurlAsync(second, "POST", "/v1/jobs", """{"displayName":"theirs"}""")).As(_json.JobSnapshot);
        Assert.Equal((TestUsers.First.Uid, TestUsers.Second.Uid), (mine.Owner.Uid, theirs.Owner.Uid));

        Assert.Equal([mine.Id], (await rig.CurlAsync(first, "GET", "/v1/jobs")).As(_json.IReadOnlyListJobSnapshot).Select(job => job.Id));
        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(first, "GET", "/v1/jobs?all=true")).Code(403));
        Assert.Equal(new Dictionary<JobState, int> { [JobState.Suspended] = 1 }, (await rig.CurlAsync(first, "GET", "/v1/status")).As(_json.AgentStatus).Jobs);
        foreach (var (method, path, body) in CallsOn(theirs.Id, rig))
            Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(first, method, path, body)).Code(403));

        Assert.Equal([mine.Id, theirs.Id], (await rig.CallAsync(HttpMethod.Get, "/v1/jobs?all=true")).As(_json.IReadOnlyListJobSnapshot).Select(job => job.Id));
        Assert.Empty((await rig.CallAsync(HttpMethod.Get, "/v1/jobs")).As(_json.IReadOnlyListJobSnapshot));
        Assert.Equal(S_OK, (await rig.CallAsync(HttpMethod.Post, $"/v1/jobs/{theirs.Id}/suspend")).As(_json.JobReply).Code);
        Assert.Equal(JobState.Suspended, (await rig.CurlAsync(second, "GET", $"/v1/jobs/{theirs.Id}")).As(_json.JobSnapshot).State);
    }

    static IEnumerable<(string Method, string Path, string? Body)> CallsOn(Guid job, AgentRig rig) =>
    [
        ("GET", $"/v1/jobs/{job}", null),
        ("PATCH", $"/v1/jobs/{job}", """{"displayName":"taken"}"""),
        ("POST", $"/v1/jobs/{job}/suspend", null),
        ("POST", $"/v1/jobs/{job}/resume", null),
        ("POST", $"/v1/jobs/{job}/cancel", null),
        ("POST", $"/v1/jobs/{job}/complete", null),
        ("POST", $"/v1/jobs/{job}/take-ownership", null),
        ("GET", $"/v1/jobs/{job}/files", null),
        ("POST", $"/v1/jobs/{job}/files", "[]"),
        ("GET", $"/v1/jobs/{job}/files/0", null),
        ("PUT", $"/v1/jobs/{job}/files/0/remote-name", """{"remoteName":"http://localhost:9/"}"""),
        ("DELETE", $"/v1/jobs/{job}/callback", null),
        ("GET", $"/v1/events?job={job}", null),
    ];

    [RootFact]
    public async Task A_file_is_written_as_its_user_and_belongs_to_it()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 500_000));
        var user = TestUsers.First.Name;
        var job = (await rig.CurlAsync(user, "POST", "/v1/jobs", rig.JobOf(origin.UrlOf("/a")))).As(_json.JobSnapshot);
        await using var events = await EventTap.OpenAsync(rig.SocketPath, $"/v1/events?job={job.Id}");
        await events.WaitForAsync(e => e.Job.State == JobState.Transferred);

        Assert.Equal(S_OK, (await rig.CurlAsync(user, "POST", $"/v1/jobs/{job.Id}/complete")).As(_json.JobReply).Code);

        Assert.Equal(Errno.None, Posix.Stat(rig.Target(), out var stat));
        Assert.Equal((TestUsers.First.Uid, 500_000L), (stat.Uid, stat.Length));
    }

    [RootFact]
    public async Task Files_that_root_completes_belong_to_root_and_are_no_programs()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await TransferredAsync(rig);
        // Its owner makes the file one that anybody runs as its owner, before that is root.
        var temporary = (await rig.CurlAsync(TestUsers.First.Name, "GET", $"/v1/jobs/{job}/files/0")).As(_json.FileSnapshot).TemporaryName!;
        File.SetUnixFileMode(temporary, (UnixFileMode)0b100_111_101_101);

        Assert.Equal(S_OK, (await rig.CallAsync(HttpMethod.Post, $"/v1/jobs/{job}/complete")).As(_json.JobReply).Code);

        Assert.Equal(Errno.None, Posix.Stat(rig.Target(), out var stat));
        Assert.Equal((0u, 500_000L, 0b110_100_100u), (stat.Uid, stat.Length, stat.Permissions));
    }

    [RootFact]
    public async Task Root_who_completes_puts_nothing_where_the_job_s_owner_may_not_write()
    {
        await using var rig = await AgentRig.StartAsync();
        var job = await TransferredAsync(rig);
        var directory = Path.GetDirectoryName(rig.Target())!;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);

        Assert.Equal(E_ACCESSDENIED, (await rig.CallAsync(HttpMethod.Post, $"/v1/jobs/{job}/complete")).Code(403));

        Assert.False(File.Exists(rig.Target()));
        Assert.Equal(JobState.Transferred, (await rig.CurlAsync(TestUsers.First.Name, "GET", $"/v1/jobs/{job}")).As(_json.JobSnapshot).State);
    }

    /// <summary>A job of the first user whose file is here and not in place.</summary>
    static async Task<Guid> TransferredAsync(AgentRig rig)
    {
        await using var origin = FaultyOrigin.Start();
        origin.Serve("/a", new TestContent(1, 500_000));
        var job = (await rig.CurlAsync(TestUsers.First.Name, "POST", "/v1/jobs", rig.JobOf(origin.UrlOf("/a")))).As(_json.JobSnapshot);
        await using var events = await EventTap.OpenAsync(rig.SocketPath, $"/v1/events?job={job.Id}");
        await events.WaitForAsync(e => e.Job.State == JobState.Transferred);
        return job.Id;
    }

    [RootFact]
    public async Task A_place_that_is_closed_to_the_user_is_closed_to_its_jobs()
    {
        await using var rig = await AgentRig.StartAsync();
        using var directory = new TestDirectory();
        var closed = directory.OwnedBy(0, 0, "closed");
        var body = $$"""{"displayName":"a","files":[{"remoteName":"http://localhost:9/a","localName":"{{closed}}/a"}]}""";

        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(TestUsers.First.Name, "POST", "/v1/jobs", body)).Code(403));
    }

    [RootFact]
    public async Task Events_and_notifications_of_others_do_not_come()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var mine = StreamAs(TestUsers.First.Name, rig, "/v1/events");
        await using var session = StreamAs(TestUsers.First.Name, rig, "/v1/notifications");
        var id = await SessionAsync(session);

        var theirs = (await rig.CurlAsync(TestUsers.Second.Name, "POST", "/v1/jobs", """{"displayName":"theirs"}""")).As(_json.JobSnapshot);
        var own = (await rig.CurlAsync(TestUsers.First.Name, "POST", "/v1/jobs", """{"displayName":"own"}""")).As(_json.JobSnapshot);

        await mine.WaitForLineAsync(own.Id.ToString());
        Assert.DoesNotContain(theirs.Id.ToString(), mine.Output.Text, StringComparison.Ordinal);
        // Neither another user nor root may use the session.
        var registration = $$"""{"session":"{{id}}"}""";
        Assert.Equal(E_NOT_SET, (await rig.CurlAsync(TestUsers.Second.Name, "PUT", $"/v1/jobs/{theirs.Id}/callback", registration)).Code(404));
        Assert.Equal(E_NOT_SET, (await rig.CallAsync(HttpMethod.Put, $"/v1/jobs/{theirs.Id}/callback", registration)).Code(404));
        Assert.Equal(E_NOT_SET, (await rig.CurlAsync(TestUsers.Second.Name, "POST", $"/v1/notifications/{id}/answers", "[]")).Code(404));
        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(TestUsers.First.Name, "PUT", $"/v1/jobs/{theirs.Id}/callback", registration)).Code(403));
    }

    [RootFact]
    public async Task A_job_that_root_took_over_is_heard_of_by_its_old_owner_no_more()
    {
        await using var rig = await AgentRig.StartAsync();
        await using var session = StreamAs(TestUsers.First.Name, rig, "/v1/notifications");
        var id = await SessionAsync(session);
        var job = (await rig.CurlAsync(TestUsers.First.Name, "POST", "/v1/jobs", """{"displayName":"a","properties":{"notifyFlags":"JobModification"}}""")).As(_json.JobSnapshot);
        Assert.Equal(200, (await rig.CurlAsync(TestUsers.First.Name, "PUT", $"/v1/jobs/{job.Id}/callback", $$"""{"session":"{{id}}"}""")).Status);

        Assert.Equal(0u, (await rig.CallAsync(HttpMethod.Post, $"/v1/jobs/{job.Id}/take-ownership")).As(_json.JobReply).Job.Owner.Uid);
        await rig.CallAsync(HttpMethod.Patch, $"/v1/jobs/{job.Id}", """{"description":"secret"}""");
        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(TestUsers.First.Name, "GET", $"/v1/jobs/{job.Id}")).Code(403));

        // What comes next on the same stream shows that nothing came before it.
        var next = (await rig.CurlAsync(TestUsers.First.Name, "POST", "/v1/jobs", """{"displayName":"b","properties":{"notifyFlags":"JobModification"}}""")).As(_json.JobSnapshot);
        await rig.CurlAsync(TestUsers.First.Name, "PUT", $"/v1/jobs/{next.Id}/callback", $$"""{"session":"{{id}}"}""");
        await rig.CurlAsync(TestUsers.First.Name, "PATCH", $"/v1/jobs/{next.Id}", """{"description":"b"}""");
        await session.WaitForLineAsync(next.Id.ToString());
        Assert.DoesNotContain("secret", session.Output.Text, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task An_agent_of_one_user_refuses_the_others()
    {
        await using var rig = await AgentRig.StartAsync(isSystem: false);
        // The directory and the socket keep others out already; opened up, the agent itself does.
        File.SetUnixFileMode(Path.GetDirectoryName(rig.SocketPath)!, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(rig.SocketPath, (UnixFileMode)0b110_110_110);

        Assert.Equal(E_ACCESSDENIED, (await rig.CurlAsync(TestUsers.First.Name, "GET", "/v1/status")).Code(403));
        Assert.Equal(200, (await rig.CurlAsync("root", "GET", "/v1/status")).Status);
    }

    static RunningProgram StreamAs(string user, AgentRig rig, string path) => RunningProgram.Start(
        new RunningProgram.Setting(Directory: "/", User: user), "curl", "--silent", "--no-buffer", "--unix-socket", rig.SocketPath, $"http://localhost{path}");

    static async Task<string> SessionAsync(RunningProgram stream) =>
        JsonSerializer.Deserialize((await stream.WaitForLineAsync("data: "))[6..], _json.NotificationSession)!.Session;
}
