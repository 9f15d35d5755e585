using Haul.Agent.Commands;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Agent.Commands;

/// <summary>How many commands run at once, and whose turn is next.</summary>
public sealed class CommandSlotsTests
{
    const uint Ann = 1;
    const uint Bob = 2;
    const uint Cid = 3;

    readonly CommandSlots _slots = new(new CommandLimits { CommandsMax = 3, CommandsPerUserMax = 2 });
    readonly Loop _loop = new();
    readonly List<string> _come = [];

    [Fact]
    public void There_is_a_bound_for_all_and_a_lower_one_for_each()
    {
        Take(Ann, "a1");
        Take(Ann, "a2");
        Take(Ann, "a3");
        Take(Bob, "b1");
        Take(Cid, "c1");

        Assert.Equal(["a1", "a2", "b1"], _come);
    }

    [Fact]
    public void The_next_is_of_the_user_with_the_fewest_and_in_order()
    {
        foreach (var name in new[] { "a1", "a2", "a3", "a4" })
            Take(Ann, name);
        Take(Bob, "b1");
        Take(Bob, "b2");
        Take(Cid, "c1");

        Give(Ann);
        Give(Ann);
        Give(Bob);

        Assert.Equal(["a1", "a2", "b1", "c1", "a3", "b2"], _come);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_takes_no_place()
    {
        using var cancel = new CancellationTokenSource();
        Take(Ann, "a1");
        Take(Ann, "a2");
        var given = _slots.TakeAsync(Ann, cancel.Token);
        Take(Ann, "a3");

        await cancel.CancelAsync();
        Give(Ann);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(["a1", "a2", "a3"], _come);
    }

    [Fact]
    public async Task Ten_thousand_that_wait_all_come_and_never_too_many_at_once()
    {
        var (inside, most) = (0, 0);
        var runs = Enumerable.Range(0, 10_000).Select(async i =>
        {
            var uid = (uint)(i % 7);
            await _slots.TakeAsync(uid, TestContext.Current.CancellationToken);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            _slots.Give(uid);
        });

        await Task.WhenAll(runs);

        Assert.InRange(most, 1, 3);
    }

    void Take(uint uid, string name) => _loop.Start(async () =>
    {
        await _slots.TakeAsync(uid, TestContext.Current.CancellationToken);
        _come.Add(name);
    });

    void Give(uint uid)
    {
        _slots.Give(uid);
        _loop.RunUntilIdle();
    }
}
