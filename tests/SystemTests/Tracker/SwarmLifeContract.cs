using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;
using static Haul.SystemTests.Tracker.RegisteredAgent;

namespace Haul.SystemTests.Tracker;

/// <summary>What every register promises of how peers come, are counted and go.</summary>
public abstract class SwarmLifeContract : IAsyncLifetime
{
    private protected const string Door = "203.0.113.7";

    internal ISwarmRegister Register { get; private set; } = null!;

    internal abstract Task<ISwarmRegister> OpenAsync();

    public async ValueTask InitializeAsync() => Register = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Register.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal RegisteredAgent Agent(int number, string observed = Door, params string[] own) => new(Register, number, observed, own);

    [Fact]
    public async Task A_peer_is_forgotten_when_its_time_is_over_and_not_before()
    {
        await Agent(1).AnnounceAsync(at: 0);

        Assert.Equal([1], (await Agent(2).AnnounceAsync(at: Life - 1)).Numbers);
        var late = await Agent(3).AnnounceAsync(at: Life);

        Assert.Equal([2], late.Numbers);
        Assert.Equal((0, 2), (late.Said.Complete, late.Said.Incomplete));
    }

    [Fact]
    public async Task A_peer_that_announces_again_lives_on()
    {
        await Agent(1).AnnounceAsync(at: 0);
        await Agent(1).AnnounceAsync(at: Life - 1);

        Assert.Equal([1], (await Agent(2).AnnounceAsync(at: Life + 100)).Numbers);
    }

    [Fact]
    public async Task A_peer_that_stops_is_gone_at_once()
    {
        await Agent(1).AnnounceAsync();
        await Agent(2).AnnounceAsync();

        var leaving = await Agent(1).AnnounceAsync(happened: AnnounceEvent.Stopped);

        Assert.Empty(leaving.Numbers);
        Assert.Equal((0, 1), (leaving.Said.Complete, leaving.Said.Incomplete));
        Assert.Empty((await Agent(2).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task A_swarm_goes_with_its_last_peer()
    {
        await Agent(1).AnnounceAsync(swarm: 1);
        await Agent(1).AnnounceAsync(swarm: 2);
        Assert.Equal(new RegisterSize(2, 2), Register.Size);

        await Agent(1).AnnounceAsync(swarm: 1, happened: AnnounceEvent.Stopped);

        Assert.Equal(new RegisterSize(1, 1), Register.Size);
    }

    [Fact]
    public async Task To_stop_where_one_never_was_changes_nothing()
    {
        var stopped = await Agent(1).AnnounceAsync(happened: AnnounceEvent.Stopped);

        Assert.Equal((0, 0), (stopped.Said.Complete, stopped.Said.Incomplete));
        Assert.Equal(new RegisterSize(0, 0), Register.Size);
    }

    [Fact]
    public async Task A_sweep_forgets_swarms_that_nobody_announces_any_more()
    {
        await Agent(1).AnnounceAsync(swarm: 1);
        await Agent(2).AnnounceAsync(swarm: 2, at: 10);

        Register.Sweep(Start + Life + 5);
        Assert.Equal(new RegisterSize(1, 1), Register.Size);
        Register.Sweep(Start + Life + 10);

        Assert.Equal(new RegisterSize(0, 0), Register.Size);
    }

    [Fact]
    public async Task Those_who_have_all_are_counted_apart()
    {
        await Agent(1).AnnounceAsync(left: 0);
        await Agent(2).AnnounceAsync(left: 5);

        var third = await Agent(3).AnnounceAsync(left: 5);
        Assert.Equal((1, 2), (third.Said.Complete, third.Said.Incomplete));
        var completed = await Agent(2).AnnounceAsync(left: 0, happened: AnnounceEvent.Completed);
        Assert.Equal((2, 1), (completed.Said.Complete, completed.Said.Incomplete));
        var again = await Agent(2).AnnounceAsync(left: 7);
        Assert.Equal((1, 2), (again.Said.Complete, again.Said.Incomplete));
    }

    [Fact]
    public async Task Bytes_are_counted_once_whatever_is_announced_again()
    {
        var started = await Agent(1).AnnounceAsync(happened: AnnounceEvent.Started, left: 900, totals: new PeerTotals(100, 0, 100));
        var later = await Agent(1).AnnounceAsync(left: 500, totals: new PeerTotals(500, 30, 120));
        var same = await Agent(1).AnnounceAsync(left: 500, totals: new PeerTotals(500, 30, 120));
        var anew = await Agent(1).AnnounceAsync(left: 950, totals: new PeerTotals(50, 0, 0));
        var stopped = await Agent(1).AnnounceAsync(left: 900, totals: new PeerTotals(100, 0, 0), happened: AnnounceEvent.Stopped);

        Assert.Equal(
            [new PeerTotals(100, 0, 100), new PeerTotals(400, 30, 20), default, new PeerTotals(50, 0, 0), new PeerTotals(50, 0, 0)],
            new[] { started, later, same, anew, stopped }.Select(reply => reply.Said.Gained));
    }

    [Fact]
    public async Task Who_comes_with_counts_and_did_not_start_has_been_counted_elsewhere()
    {
        var first = await Agent(1).AnnounceAsync(left: 500, totals: new PeerTotals(500, 30, 120));
        var second = await Agent(1).AnnounceAsync(left: 400, totals: new PeerTotals(600, 30, 120));

        Assert.Equal(default, first.Said.Gained);
        Assert.Equal(new PeerTotals(100, 0, 0), second.Said.Gained);
    }

    [Fact]
    public async Task A_content_is_counted_once_in_each_mode()
    {
        Assert.Equal(1000, (await Agent(1).AnnounceAsync(left: 900, totals: new PeerTotals(100, 0, 0))).Said.ContentGrew);
        Assert.Equal(0, (await Agent(2).AnnounceAsync(left: 1000)).Said.ContentGrew);
        Assert.Equal(24, (await Agent(3).AnnounceAsync(left: 1024)).Said.ContentGrew);
        Assert.Equal(1024, (await (Agent(4) with { Mode = PeerMode.Lan }).AnnounceAsync(left: 1024)).Said.ContentGrew);
    }

    [Fact]
    public async Task Ten_thousand_swarms_are_kept_apart()
    {
        const int Swarms = 10_000;
        foreach (var swarms in Enumerable.Range(0, Swarms).Chunk(Announce.SwarmsMax))
        {
            await Agent(1).AnnounceManyAsync(swarms);
            await Agent(2 + (swarms[0] % 3)).AnnounceManyAsync(swarms);
        }

        Assert.Equal(new RegisterSize(Swarms, 2 * Swarms), Register.Size);
        foreach (var swarms in Enumerable.Range(0, Swarms).Chunk(Announce.SwarmsMax))
        {
            var replies = await Agent(1).AnnounceManyAsync(swarms, wanted: 5);
            Assert.All(replies, reply => Assert.Equal([2 + (swarms[0] % 3)], reply.Numbers));
        }
        Register.Sweep(Start + Life);
        Assert.Equal(new RegisterSize(0, 0), Register.Size);
    }

    [Fact]
    public async Task Calls_from_many_threads_at_once_lose_nothing()
    {
        var callers = Enumerable.Range(1, 16).Select(async number =>
        {
            await Task.Yield();
            for (var swarm = 0; swarm < 50; swarm++)
                await Agent(number).AnnounceAsync(swarm % 5);
        });
        await Task.WhenAll(callers);

        Assert.Equal(new RegisterSize(5, 80), Register.Size);
        Assert.Equal(15, (await Agent(1).AnnounceAsync(swarm: 3)).Numbers.Distinct().Count());
    }
}
