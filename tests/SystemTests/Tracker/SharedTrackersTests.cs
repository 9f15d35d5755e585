namespace Haul.SystemTests.Tracker;

/// <summary>Several trackers over one Redis.</summary>
public sealed class SharedTrackersTests : IAsyncLifetime
{
    readonly RedisServer _redis = new();
    TrackerRig _one = null!;
    TrackerRig _other = null!;

    public async ValueTask InitializeAsync()
    {
        await _redis.InitializeAsync();
        _one = await TrackerRig.StartAsync(options => options with { Redis = _redis.Address });
        _other = await TrackerRig.StartAsync(options => options with { Redis = _redis.Address });
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _redis.DisposeAsync();
    }

    static string Body(int peer, string happened = "started") =>
        $$"""{"peer":"{{peer:D32}}","port":7000,"addresses":["10.0.0.{{peer}}"],"swarms":[{"id":"{{new string('a', 64)}}","left":100,"mode":"lan","wanted":50,"event":"{{happened}}"}]}""";

    [Fact]
    public async Task Agents_meet_whichever_they_ask()
    {
        await _one.AnnounceAsync("203.0.113.7", Body(1));
        Assert.Equal([1], (await _other.AnnounceAsync("203.0.113.7", Body(2))).Peers);

        await _other.AnnounceAsync("203.0.113.7", Body(1, "stopped"));
        Assert.Equal([2], (await _one.AnnounceAsync("203.0.113.7", Body(3))).Peers);
    }

    [Fact]
    public async Task A_restart_of_a_tracker_loses_nobody()
    {
        await _one.AnnounceAsync("203.0.113.7", Body(1));
        await _one.RestartTrackerAsync();

        Assert.Equal([1], (await _one.AnnounceAsync("203.0.113.7", Body(2))).Peers);
    }

    [Fact]
    public async Task While_the_redis_is_gone_announces_fail_and_then_go_on()
    {
        Assert.Equal(200, (await _one.GetAsync("/v1/health")).Status);
        await _redis.KillAsync();

        var lost = await _one.AnnounceAsync("203.0.113.7", Body(1));
        Assert.Equal((503, "application/problem+json", TimeSpan.FromSeconds(30)), (lost.Status, lost.Type, lost.RetryAfter));
        Assert.Equal(503, (await _one.GetAsync("/v1/health")).Status);
        Assert.Equal(200, (await _one.GetAsync("/v1/metrics")).Status);

        await _redis.StartAsync();
        using var patience = new CancellationTokenSource(Processes.RunningProgram.Patience, TimeProvider.System);
        while ((await _one.AnnounceAsync("203.0.113.7", Body(1))).Status != 200)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        Assert.Contains("can be reached again", _one.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tracker_starts_without_its_redis_and_says_so_to_who_asks()
    {
        await using var alone = await TrackerRig.StartAsync(options => options with { Redis = "127.0.0.1:1" });

        Assert.Equal(503, (await alone.AnnounceAsync("203.0.113.7", Body(1))).Status);
    }
}
