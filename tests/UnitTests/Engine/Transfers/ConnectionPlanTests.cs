using CsCheck;
using Haul.Engine.Transfers;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>How many connections a transfer should have.</summary>
public sealed class ConnectionPlanTests
{
    [Fact]
    public void It_begins_with_one() => Assert.Equal(1, new ConnectionPlan(8).Wanted);

    [Fact]
    public void It_doubles_while_that_helps_up_to_the_limit()
    {
        var plan = new ConnectionPlan(6);

        Assert.Equal([1, 2, 4, 6], Steps(plan, 40, wanted => wanted * 1000));
    }

    [Fact]
    public void It_goes_back_when_a_step_did_not_help()
    {
        var plan = new ConnectionPlan(8);

        Assert.Equal([1, 2, 4, 2], Steps(plan, 30, wanted => Math.Min(wanted, 2) * 1000));
    }

    [Fact]
    public void A_gain_of_less_than_15_percent_is_none()
    {
        Assert.Equal([1, 2, 1], Steps(new ConnectionPlan(2), 10, wanted => wanted == 1 ? 1000 : 1140));
        Assert.Equal([1, 2], Steps(new ConnectionPlan(2), 10, wanted => wanted == 1 ? 1000 : 1160));
    }

    // As nginx's limit_rate does: of four quarters of a second one brings twice as much.
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void A_server_that_sends_in_bursts_is_judged_by_what_it_sends_in_all(int phase)
    {
        var ticks = phase;

        Assert.Equal([1, 2, 4, 6], Steps(new ConnectionPlan(6), 20, wanted => wanted * (ticks++ % 4 == 0 ? 17 : 8.4)));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Bursts_alone_are_no_gain(int phase)
    {
        var ticks = phase;
        var steps = Steps(new ConnectionPlan(8), 30, _ => ticks++ % 4 == 0 ? 17 : 8.4);

        Assert.Equal(1, steps[^1]);
    }

    [Fact]
    public void After_a_step_that_did_not_help_it_rests_before_the_next()
    {
        var plan = new ConnectionPlan(8);
        Steps(plan, 2 * ConnectionPlan.JudgeOver + ConnectionPlan.SettleFor, _ => 1000);
        Assert.Equal(1, plan.Wanted);

        var ticks = 0;
        while (plan.Wanted == 1 && ticks < 1000)
        {
            plan.Tick(1000, 1, 1, 100);
            ticks++;
        }

        Assert.Equal(ConnectionPlan.Rest, ticks);
    }

    [Fact]
    public void A_new_connection_has_time_to_come_up_to_speed()
    {
        var plan = new ConnectionPlan(8);
        Steps(plan, ConnectionPlan.JudgeOver, _ => 1000);
        Assert.Equal(2, plan.Wanted);

        plan.Tick(10, 1, 2, 100);

        Assert.Equal(2, plan.Wanted);
    }

    [Fact]
    public void When_this_machine_limits_one_is_enough()
    {
        var plan = new ConnectionPlan(8);
        for (var i = 0; i < 100; i++)
            plan.Tick(1_000_000, ConnectionPlan.WaitShareMin - 0.01, 1, 100);

        Assert.Equal(1, plan.Wanted);
    }

    [Fact]
    public void What_is_over_in_a_second_needs_no_more()
    {
        var plan = new ConnectionPlan(8);
        for (var i = 0; i < 100; i++)
            plan.Tick(1000, 1, 1, 1);

        Assert.Equal(1, plan.Wanted);
    }

    [Fact]
    public void Without_bytes_nothing_can_be_judged()
    {
        var plan = new ConnectionPlan(8);
        for (var i = 0; i < 100; i++)
            plan.Tick(0, 1, 1, 100);

        Assert.Equal(1, plan.Wanted);
    }

    [Fact]
    public void Where_the_host_gives_no_more_it_does_not_ask_for_more()
    {
        var plan = new ConnectionPlan(8);
        for (var i = 0; i < 100; i++)
            plan.Tick(1000 + i * 1000, 1, 1, 100);

        Assert.Equal(2, plan.Wanted);
    }

    [Fact]
    public void It_halves_when_the_server_is_busy_and_rests()
    {
        var plan = new ConnectionPlan(8);
        Steps(plan, 20, wanted => wanted * 1000);
        Assert.Equal(8, plan.Wanted);

        plan.Busy();
        Assert.Equal(4, plan.Wanted);
        for (var i = 0; i < ConnectionPlan.Rest - 1; i++)
            plan.Tick(4000, 1, 4, 100);
        Assert.Equal(4, plan.Wanted);
        plan.Tick(4000, 1, 4, 100);
        Assert.Equal(8, plan.Wanted);
    }

    [Fact]
    public void A_busy_server_is_left_one_connection()
    {
        var plan = new ConnectionPlan(8);
        plan.Busy();

        Assert.Equal(1, plan.Wanted);
    }

    [Fact]
    public void It_yields_all_but_one_to_others_and_comes_back_without_a_rest()
    {
        var plan = new ConnectionPlan(8);
        Steps(plan, 20, wanted => wanted * 1000);

        plan.Yield();
        Assert.Equal(1, plan.Wanted);

        Assert.Equal([1, 2, 4, 8], Steps(plan, 20, wanted => wanted * 1000));
    }

    [Fact]
    public void Whatever_happens_it_wants_between_one_and_the_limit() =>
        Gen.Select(Gen.Int[1, 16], Gen.Select(Gen.Int[0, 9], Gen.Double[0, 1e9], Gen.Double[0, 1], Gen.Int[0, 16]).Array[0, 300]).Sample((max, moves) =>
        {
            var plan = new ConnectionPlan(max);
            foreach (var (move, rate, wait, running) in moves)
            {
                if (move == 0)
                    plan.Busy();
                else if (move == 1)
                    plan.Yield();
                else
                    plan.Tick(rate, wait, running, 100);
                Assert.InRange(plan.Wanted, 1, max);
            }
        });

    // The numbers it goes through when a server gives a rate for a number of connections and nothing else limits.
    static List<int> Steps(ConnectionPlan plan, int ticks, Func<int, double> rateOf)
    {
        var steps = new List<int> { plan.Wanted };
        for (var i = 0; i < ticks; i++)
        {
            plan.Tick(rateOf(plan.Wanted), 1, plan.Wanted, 100);
            if (plan.Wanted != steps[^1])
                steps.Add(plan.Wanted);
        }
        return steps;
    }
}
