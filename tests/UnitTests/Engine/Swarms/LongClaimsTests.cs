using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Claims that go on for long: what is here is not thrown away for a promise, and nobody holds a slice for ever.</summary>
public sealed class LongClaimsTests
{
    static readonly TimeSpan _lease = TimeSpan.FromSeconds(3);
    readonly PeerId[] _ids = SwarmTable.Ranked(0, 2);

    [Fact]
    public void What_was_taken_from_one_who_is_slow_is_not_given_back_to_it()
    {
        var table = TakenFromASlowPeer();
        table.Swarm.Claims(_ids[0], 0, _lease, 400_000, table.Now);
        Assert.Empty(table.Decide().OfType<SwarmStep.Abandon>());
    }

    [Fact]
    public void Who_is_slow_stops_once_the_other_has_more()
    {
        var slow = new SwarmTable(1, self: _ids[0]);
        Assert.Single(slow.Fetches());
        slow.Join(_ids[1]);
        slow.Swarm.Fetched(0, 400_000);
        slow.Swarm.Claims(_ids[1], 0, _lease, 0, slow.Now);
        Assert.Empty(slow.Decide(2).OfType<SwarmStep.Abandon>());
        slow.Swarm.Claims(_ids[1], 0, _lease, 500_000, slow.Now);
        Assert.Single(slow.Decide().OfType<SwarmStep.Abandon>());
    }

    [Fact]
    public void Who_is_under_way_does_not_stop_for_one_who_begins()
    {
        var table = new SwarmTable(1, self: _ids[1]);
        Assert.Single(table.Fetches());
        table.Join(_ids[0]);
        table.Swarm.Fetched(0, 1_000);
        table.Decide(2);
        table.Swarm.Claims(_ids[0], 0, _lease, 0, table.Now);
        Assert.Empty(table.Decide().OfType<SwarmStep.Abandon>());
    }

    [Fact]
    public void Two_who_are_both_under_way_do_not_answer_each_other_without_end()
    {
        var table = new SwarmTable(1, self: _ids[1]);
        Assert.Single(table.Fetches());
        table.Join(_ids[0]);
        table.Swarm.Fetched(0, 1_000);
        table.Decide(2);
        var told = 0;
        for (var i = 0; i < 100; i++)
        {
            table.Swarm.Claims(_ids[0], 0, _lease, 900, table.Now);
            told += table.Decide(0.001).OfType<SwarmStep.Claim>().Count();
        }
        Assert.InRange(told, 0, 2);
    }

    [Fact]
    public void A_claim_ends_whatever_it_says_is_done()
    {
        var table = new SwarmTable(1, self: _ids[1]);
        table.Join(_ids[0]);
        var fetched = 0;
        for (var i = 0; i < 100; i++)
        {
            table.Swarm.Claims(_ids[0], 0, _lease, 700_000 + i, table.Now);
            fetched += table.Fetches(1).Count;
        }
        Assert.Equal(1, fetched);
    }

    [Fact]
    public void What_is_fetched_although_slow_peers_have_it_is_not_left_to_them()
    {
        var table = new SwarmTable(20, self: _ids[1]);
        table.Join(_ids[0], mayFetch: false);
        for (var piece = 0; piece < 20; piece++)
            table.Swarm.Has(_ids[0], new PieceIndex(piece));
        var (fetched, left) = (0, 0);
        for (var i = 0; i < 100; i++)
        {
            table.Swarm.Brings(_ids[0], 1, table.Now);
            foreach (var step in table.Decide(0.25))
            {
                fetched += step is SwarmStep.Fetch ? 1 : 0;
                if (step is not SwarmStep.Abandon(var slice))
                    continue;
                left++;
                table.Swarm.FetchEnded(slice, isDone: false, table.Now);
            }
        }
        Assert.Equal(0, left);
        Assert.InRange(fetched, 1, 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Slow_peers_are_helped_out_after_five_seconds_and_the_delay_that_the_policy_gives_them(int delaySeconds)
    {
        var table = new SwarmTable(20, new SwarmRules { Hold = TimeSpan.Zero, Stagger = TimeSpan.Zero, DelayOrigin = TimeSpan.FromSeconds(delaySeconds) }, _ids[1]);
        table.Join(_ids[0], mayFetch: false);
        for (var piece = 0; piece < 20; piece++)
            table.Swarm.Has(_ids[0], new PieceIndex(piece));
        while (table.Fetches(0.25).Count == 0)
            table.Swarm.Brings(_ids[0], 1, table.Now);
        Assert.InRange((table.Now - SwarmTable.Start).TotalSeconds, delaySeconds + 5, delaySeconds + 6);
    }

    /// <summary>A slice was claimed for long, with less than half done, until another took it.</summary>
    SwarmTable TakenFromASlowPeer()
    {
        var table = new SwarmTable(1, self: _ids[1]);
        table.Join(_ids[0]);
        for (var i = 0; i < 30; i++)
        {
            table.Swarm.Claims(_ids[0], 0, _lease, 300_000 + i, table.Now);
            if (table.Fetches(1).Count > 0)
                return table;
        }
        throw new InvalidOperationException("nobody took it");
    }
}
