namespace Haul.SimulationTests.Crowds;

/// <summary>Sound crowds take one copy, and hardly longer than any swarm could.</summary>
public sealed class CrowdTests
{
    /// <summary>Origin copies and the time of the last host at most, the latter as a multiple of the bound.</summary>
    static void Run(CrowdPlan plan, double copiesMax, double lastMax, int seed = 1)
    {
        var crowd = new Crowd(plan, seed);
        var watch = new CrowdWatch(crowd);
        crowd.Watch = watch.Look;
        var last = crowd.Run();
        Assert.True(crowd.Copies >= 0.999 && crowd.Copies <= copiesMax, $"{crowd.Copies:F3} copies. {crowd.Name}");
        Assert.True(last >= crowd.Bound && last <= lastMax * crowd.Bound, $"the last after {last:F2} s, {last / crowd.Bound:F3} of the bound. {crowd.Name}");
        crowd.Rest(10);
        watch.LookAtEnd();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(50)]
    public void A_thin_line_carries_one_copy_and_the_last_host_has_it_when_it_is_over(int hosts) => Run(new CrowdPlan { Hosts = hosts }, 1.02, 1.02);

    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    public void Those_with_a_weak_uplink_leave_the_line_to_the_others(int hosts) =>
        Run(new CrowdPlan { Hosts = hosts, Wan = 1e9 / 8, WeakUplink = 0.3 }, 1.05, 1.35);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(50)]
    public void A_line_as_wide_as_those_of_the_hosts_is_worth_no_second_copy(int hosts) =>
        Run(new CrowdPlan { Hosts = hosts, LengthBytes = 1L << 30, Wan = 1e9 / 8 }, 1.05, 1.15);
}
