using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Transfers;

/// <summary>How many connections a file gets, and what they are asked for.</summary>
public sealed class ConnectionsTests
{
    [Fact]
    public async Task A_small_file_costs_one_request()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", new TestContent(1, 900_000));

        await rig.FetchAsync(origin.UrlOf("/file"));

        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task A_server_that_limits_each_connection_gets_several_with_large_ranges()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(2, 64L << 20);
        origin.Serve("/file", content).Drips(8 << 20);

        await rig.FetchAsync(origin.UrlOf("/file"));

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.InRange(origin.AnsweringMax, 3, new Policy().OriginConnectionsMax);
        Assert.InRange(origin.Requests.Count, 3, 24);
    }

    [Fact]
    public async Task A_server_that_refuses_many_connections_is_met_by_fewer()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(3, 40L << 20);
        origin.Serve("/file", content).Drips(8 << 20).AllowsConnections(origin, 2, status: 429, retryAfter: StatusFaults.Seconds(1));

        await rig.FetchAsync(origin.UrlOf("/file"));

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.InRange(origin.Requests.Count(request => request.Status == 429), 0, 8);
    }

    [Fact]
    public async Task The_host_limit_holds_for_all_jobs_together()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig(new Policy { ProgressInterval = TimeSpan.FromMilliseconds(50), OriginConnectionsMax = 3 });
        var jobs = new List<JobSnapshot>();
        for (var i = 0; i < 8; i++)
        {
            origin.Serve($"/{i}", new TestContent(i, 3_000_000)).Drips(8 << 20);
            jobs.Add(await rig.StartAsync([new AddFile { RemoteName = origin.UrlOf($"/{i}").ToString(), LocalName = rig.Target($"{i}") }]));
        }

        foreach (var job in jobs)
            await rig.WaitAsync(job.Id, JobState.Transferred);

        Assert.InRange(origin.AnsweringMax, 2, 3);
    }

    [Fact]
    public async Task A_foreground_job_does_not_wait_for_background_jobs()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig(new Policy { ProgressInterval = TimeSpan.FromMilliseconds(50), OriginConnectionsMax = 2 });
        var slow = new List<JobSnapshot>();
        for (var i = 0; i < 3; i++)
        {
            origin.Serve($"/{i}", new TestContent(i, 30_000_000)).Drips(1 << 20);
            slow.Add(await rig.StartAsync([new AddFile { RemoteName = origin.UrlOf($"/{i}").ToString(), LocalName = rig.Target($"{i}") }]));
        }
        origin.Serve("/urgent", new TestContent(9, 500_000));

        var urgent = await rig.StartAsync(origin.UrlOf("/urgent"), properties: new JobChange { Priority = JobPriority.Foreground });
        await rig.WaitAsync(urgent.Id, JobState.Transferred);

        Assert.All(slow, job => Assert.NotEqual(JobState.Transferred, rig.Jobs.Get(rig.Me, job.Id).Value!.State));
    }

    [Fact]
    public async Task A_rate_limit_is_kept()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(4, 3_000_000);
        origin.Serve("/file", content);
        var started = TimeProvider.System.GetTimestamp();

        await rig.FetchAsync(origin.UrlOf("/file"), file => file with { Http = new HttpOptions { BytesPerSecondMax = 1_500_000 } });

        // The limit is a floor for the time, whatever the machine does; the first tenth of a second is free.
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(1.8));
        Assert.Null(content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task Positions_beyond_4_GiB_are_right()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(5, (5L << 30) + 12345);
        origin.Serve("/file", content);

        await rig.FetchAsync(origin.UrlOf("/file"), file => file with { Ranges = [new ByteRange((4UL << 30) - 700_000, 1_500_000), new ByteRange((5UL << 30) + 12000, ByteRange.ToEndOfFile)] });

        byte[] expected = [.. content.Bytes((4L << 30) - 700_000, 1_500_000), .. content.Bytes((5L << 30) + 12000, 345)];
        Assert.Equal(expected, await File.ReadAllBytesAsync(rig.Target(), TestContext.Current.CancellationToken));
    }
}
