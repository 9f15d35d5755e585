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

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Processes.RunningProgram.Patience, TimeProvider.System);
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    static Task KnowsAsync(TrackerRig tracker, int peers) =>
        UntilAsync(async () => (await tracker.GetAsync("/v1/health")).Json.GetProperty("peers").GetInt32() == peers);

    static async Task<string?> StatusAsync(TrackerRig tracker) => (await tracker.GetAsync("/v1/health")).Json.GetProperty("status").GetString();

    [Fact]
    public async Task Agents_meet_whichever_they_ask()
    {
        await _one.AnnounceAsync("203.0.113.7", Body(1));
        await KnowsAsync(_other, 1);
        Assert.Equal([1], (await _other.AnnounceAsync("203.0.113.7", Body(2))).Peers);

        await _other.AnnounceAsync("203.0.113.7", Body(1, "stopped"));
        await UntilAsync(async () => (await _one.AnnounceAsync("203.0.113.7", Body(3))).Peers is [2]);
    }

    [Fact]
    public async Task A_restart_of_a_tracker_loses_nobody()
    {
        await _one.AnnounceAsync("203.0.113.7", Body(1));
        await _one.RestartTrackerAsync();

        Assert.Equal([1], (await _one.AnnounceAsync("203.0.113.7", Body(2))).Peers);
    }

    [Fact]
    public async Task While_the_redis_is_gone_each_goes_on_alone_and_then_they_know_the_same()
    {
        await _one.AnnounceAsync("203.0.113.7", Body(1));
        await KnowsAsync(_other, 1);
        await _redis.KillAsync();
        await UntilAsync(async () => await StatusAsync(_one) == "alone" && await StatusAsync(_other) == "alone");

        Assert.Equal([1], (await _one.AnnounceAsync("203.0.113.7", Body(2))).Peers);
        Assert.Equal([1], (await _other.AnnounceAsync("203.0.113.7", Body(3))).Peers);
        Assert.Contains("haul_tracker_alone 1\n", (await _one.GetAsync("/v1/metrics")).Body, StringComparison.Ordinal);

        await _redis.StartAsync(); // it has forgotten all
        await KnowsAsync(_one, 3);
        await KnowsAsync(_other, 3);
        Assert.Equal([1, 2], (await _other.AnnounceAsync("203.0.113.7", Body(3))).Peers.Order());
        await UntilAsync(async () => await StatusAsync(_one) == "ok");
        await UntilAsync(() => Task.FromResult(_one.Log.Contains("can be reached again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_tracker_starts_without_its_redis_and_finds_it_when_it_is_there()
    {
        await _redis.KillAsync();
        await using var alone = await TrackerRig.StartAsync(options => options with { Redis = _redis.Address });

        Assert.Equal("alone", await StatusAsync(alone));
        Assert.Equal(200, (await alone.AnnounceAsync("203.0.113.7", Body(1))).Status);
        Assert.Contains("until their Redis can be reached", alone.Log, StringComparison.Ordinal);

        await _redis.StartAsync();
        await KnowsAsync(_one, 1);
        await UntilAsync(async () => await StatusAsync(alone) == "ok");
    }
}
