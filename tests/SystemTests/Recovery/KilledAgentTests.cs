using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Recovery;

/// <summary>kill -9 at any moment: nothing that was accepted is forgotten, nothing wrong is placed, little is fetched twice.</summary>
public sealed class KilledAgentTests
{
    const int Files = 6;
    const int Kills = 50;

    [Fact]
    public async Task Fifty_kills_of_an_agent_cost_no_byte_and_no_job()
    {
        var random = new Random(20261122);
        await using var origin = FaultyOrigin.Start();
        await using var agent = new AgentProcess();
        var contents = new List<TestContent>();
        var asked = new List<AddFile>();
        for (var i = 0; i < Files; i++)
        {
            contents.Add(new TestContent(i, 24_000_000 + i * 777_777));
            origin.Serve($"/{i}", contents[i]).Drips(2_500_000);
            asked.Add(new AddFile { RemoteName = origin.UrlOf($"/{i}").AbsoluteUri, LocalName = agent.Target($"file{i}"), Digest = i % 2 == 0 ? $"sha256:{contents[i].Sha256()}" : null });
        }
        Guid id;
        await using (var client = await agent.ConnectAsync())
            id = (await client.CreateJobAsync(new CreateJob { DisplayName = "many", Files = asked, Resume = true }, TestContext.Current.CancellationToken)).Id;

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 500)), TimeProvider.System, TestContext.Current.CancellationToken);
            await agent.KillAndStartAsync();
            if (kill % 5 == 0)
            {
                await using var client = await agent.ConnectAsync();
                var job = await client.GetJobAsync(id, TestContext.Current.CancellationToken);
                Assert.Equal(Files, (int)job.Snapshot.Progress.FilesTotal);
            }
        }
        await FinishAsync(agent, id);

        for (var i = 0; i < Files; i++)
            Assert.Null(contents[i].FirstDifference(agent.Target($"file{i}")));
        Assert.Empty(agent.Temporaries());
        // Each life may lose what the last second brought and the pieces that were under way.
        var sent = origin.Requests.Sum(request => request.BodyBytesSent);
        var whole = contents.Sum(content => content.Length);
        var perKill = Files * 2 * 2_500_000L + Files * 5L * (1 << 20);
        Assert.True(sent <= whole + Kills * perKill, $"{sent} bytes were sent for {whole}");
    }

    static async Task FinishAsync(AgentProcess agent, Guid id)
    {
        await using var client = await agent.ConnectAsync();
        var job = await client.GetJobAsync(id, TestContext.Current.CancellationToken);
        await foreach (var change in client.WatchAsync(id, TestContext.Current.CancellationToken))
        {
            Assert.NotEqual(JobState.Error, change.Job.State);
            if (change.Job.State == JobState.Transferred)
                break;
        }
        Assert.Equal(HResults.S_OK, await job.CompleteAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_call_that_was_answered_is_known_after_a_kill()
    {
        await using var agent = new AgentProcess();
        var accepted = new List<Guid>();
        for (var life = 0; life < 5; life++)
        {
            await using var client = await agent.ConnectAsync();
            for (var i = 0; i < 7; i++)
            {
                var job = await client.CreateJobAsync($"job {life} {i}", TestContext.Current.CancellationToken);
                await job.AddFileAsync(new AddFile { RemoteName = "http://127.0.0.1:9/x", LocalName = agent.Target($"{life}-{i}"), Http = new HttpOptions { BearerToken = "t" } }, TestContext.Current.CancellationToken);
                await job.ChangeAsync(new JobChange { Description = $"{life}/{i}", Priority = JobPriority.Low }, TestContext.Current.CancellationToken);
                accepted.Add(job.Id);
            }
            await agent.KillAndStartAsync();
        }

        await using var last = await agent.ConnectAsync();
        var jobs = await last.ListJobsAsync(cancel: TestContext.Current.CancellationToken);

        Assert.Equal(accepted.Order(), jobs.Select(job => job.Id).Order());
        Assert.All(jobs, job => Assert.Equal((JobState.Suspended, JobPriority.Low, 1u), (job.State, job.Priority, job.Progress.FilesTotal)));
        Assert.All(jobs, job => Assert.NotEmpty(job.Description));
    }

    [Fact]
    public async Task Headers_for_a_challenge_are_held_sealed_and_sent_after_one_in_each_life()
    {
        const string Key = "key-of-challenge";
        await using var origin = FaultyOrigin.Start();
        await using var agent = new AgentProcess();
        var content = new TestContent(4, 20_000_000);
        origin.Serve("/file", content).RequiresBearer(Key).Drips(4_000_000);
        Guid id;
        await using (var client = await agent.ConnectAsync())
        {
            var asked = new AddFile { RemoteName = origin.UrlOf("/file").AbsoluteUri, LocalName = agent.Target("file"), Http = new HttpOptions { AuthHeaders = [new("Authorization", $"Bearer {Key}")] } };
            var job = await client.CreateJobAsync(new CreateJob { DisplayName = "one", Files = [asked], Resume = true }, TestContext.Current.CancellationToken);
            id = job.Id;
            while ((await job.RefreshAsync(TestContext.Current.CancellationToken)).Progress.BytesTransferred < 6_000_000)
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(agent.Database)!, "jobs.db*"))
            Assert.DoesNotContain(Key, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        await agent.KillAndStartAsync();
        await FinishAsync(agent, id);

        Assert.Null(content.FirstDifference(agent.Target("file")));
        var bare = origin.Requests.Where(request => request["Authorization"] is null);
        Assert.Equal([401, 401], bare.Select(request => request.Status));
        Assert.All(origin.Requests.Except(bare), request => Assert.Equal($"Bearer {Key}", request["Authorization"]));
    }

    [Fact]
    public async Task A_stopped_agent_exits_cleanly_and_goes_on_where_it_was()
    {
        await using var origin = FaultyOrigin.Start();
        await using var agent = new AgentProcess();
        var content = new TestContent(3, 20_000_000);
        origin.Serve("/file", content).Drips(5_000_000);
        Guid id;
        await using (var client = await agent.ConnectAsync())
        {
            var job = await client.CreateJobAsync(new CreateJob
            {
                DisplayName = "one",
                Files = [new AddFile { RemoteName = origin.UrlOf("/file").AbsoluteUri, LocalName = agent.Target("file") }],
                Resume = true,
            }, TestContext.Current.CancellationToken);
            id = job.Id;
            while ((await job.RefreshAsync(TestContext.Current.CancellationToken)).Progress.BytesTransferred < 6_000_000)
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await agent.TerminateAsync());
        agent.StartAgain();
        await FinishAsync(agent, id);

        Assert.Null(content.FirstDifference(agent.Target("file")));
        // A clean stop loses no more than the pieces that were under way.
        await origin.WaitUntilIdleAsync();
        Assert.Single(origin.Requests, request => request.Range == "bytes=0-");
    }
}
