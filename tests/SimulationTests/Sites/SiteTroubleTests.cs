using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>Something goes wrong while whole engines fetch one content, and all who can get it do.</summary>
public sealed class SiteTroubleTests
{
    [Theory, Seeds(6, 1000)]
    public void When_the_origin_ends_one_copy_is_enough(int seed) => Site.Run(seed, PlanOf(seed), async site =>
    {
        site.StartAll();
        var downloads = site.Machines.Select(machine => new SiteDownload(site, machine)).ToList();
        var running = Task.WhenAll(downloads.Select(download => download.RunAsync()));
        await site.Stage.Until(() => site.Watch.HasCopy, TimeSpan.FromMinutes(10), "one copy is offered");
        site.Stage.Trace.Say("the origin ends");
        site.Origin.IsDown = true;
        await running;
    });

    [Theory, Seeds(6, 1100)]
    public void What_an_engine_had_it_gives_again_after_a_crash(int seed) => Site.Run(seed, PlanOf(seed) with { Machines = 2 }, async site =>
    {
        var (giver, taker) = (site.Machines[0], site.Machines[1]);
        giver.Start();
        await new SiteDownload(site, giver).RunAsync();
        giver.Crash(isSilent: false);
        site.Origin.IsDown = true;
        giver.Start();
        taker.Start();
        await new SiteDownload(site, taker).RunAsync();
        Assert.Equal(0, taker.OriginBytes);
    });

    [Theory, Seeds(6, 1200)]
    public void Engines_that_crash_come_back_and_get_it(int seed) => Site.Run(seed, PlanOf(seed), async site =>
    {
        var die = site.Stage.Die("crashes");
        site.StartAll();
        var downloads = site.Machines.Select(machine => new SiteDownload(site, machine)).ToList();
        await Task.WhenAll(downloads.Select(download => download.BeginAsync()));
        var running = Task.WhenAll(downloads.Select(download => download.WaitAsync()));
        for (var crashes = die.Next(1, 4); crashes > 0; crashes--)
        {
            await site.Clock.WaitSeconds(die.Between(0, 4));
            var machine = die.Pick(site.Machines);
            machine.Crash(isSilent: die.Percent(40));
            await site.Clock.WaitSeconds(die.Between(0, 10));
            machine.Start();
        }
        await running;
        foreach (var download in downloads)
            await download.FinishAsync();
    });

    [Theory, Seeds(8, 1250)]
    public void Whose_power_was_cut_gives_nothing_that_its_disk_has_lost(int seed) => Site.Run(seed, PlanOf(seed) with { OriginBytesPerSecond = 3e6 }, async site =>
    {
        var die = site.Stage.Die("power");
        var machine = site.Machines[0];
        var download = new SiteDownload(site, machine);
        machine.Start();
        await download.BeginAsync();
        await site.Stage.Until(() => download.Bytes > 3 << 20, TimeSpan.FromMinutes(1), "some is here");
        machine.LosePower(die);
        site.StartAll();
        var others = site.Machines.Skip(1).Select(other => new SiteDownload(site, other)).ToList();
        await Task.WhenAll(others.Select(other => other.RunAsync()));
        await download.WaitAsync();
        Assert.DoesNotContain(site.Machines.Skip(1), other => other.Refuses(machine));
        await download.FinishAsync();
    });

    [Theory, Seeds(6, 1300)]
    public void A_network_that_falls_apart_and_heals_delays_it_at_most(int seed) => Site.Run(seed, PlanOf(seed), async site =>
    {
        var die = site.Stage.Die("parting");
        site.StartAll();
        var running = Task.WhenAll(site.Machines.Select(machine => new SiteDownload(site, machine).RunAsync()));
        await site.Clock.WaitSeconds(die.Between(0, 5));
        await site.PartAsync(die);
        await running;
    });

    [Theory, Seeds(8, 1400)]
    public void Who_gives_false_bytes_is_refused_and_the_rest_get_it(int seed) => Site.Run(seed, PlanOf(seed) with { OriginBytesPerSecond = 2e6 }, async site =>
    {
        var liar = site.Machines[0];
        liar.Lies = true;
        liar.Start();
        await new SiteDownload(site, liar).RunAsync();
        site.StartAll();
        await site.SettleAsync();
        await Task.WhenAll(site.Machines.Skip(1).Select(machine => new SiteDownload(site, machine).RunAsync()));
        Assert.All(site.Machines.Skip(1), machine => Assert.True(machine.Refuses(liar) || !site.Watch.WasGivenFalse(machine), $"{machine} does not refuse {liar}"));
        Assert.Contains(site.Machines, machine => machine.Refuses(liar));
    });

    [Theory, Seeds(10, 1450)]
    public void Members_that_vouch_for_what_is_false_are_refused_and_the_rest_get_it(int seed)
    {
        var die = new Random(seed);
        var (poisoners, share) = (die.Next(1, 4), die.Pick(0, 0.2, 1));
        var plan = PlanOf(seed) with { HasManifest = false, IsPoisoned = true, IsApart = false, LinksMax = 100 };
        Site.Run(seed, plan, async site =>
        {
            var honest = site.Machines.ToList();
            for (var i = 0; i < poisoners; i++)
                SitePoison.Add(site, share);
            site.StartAll();
            await Task.WhenAll(honest.Select(machine => new SiteDownload(site, machine).RunAsync()));
            site.Stage.Trace.Say($"{site.OriginCopies:0.000} copies from the origin");
            Assert.All(honest, machine => Assert.DoesNotContain(honest, machine.Refuses));
        });
    }

    [Theory, Seeds(6, 1500)]
    public void False_pieces_of_the_origin_go_no_further(int seed) => Site.Run(seed, PlanOf(seed) with { HasManifest = true }, async site =>
    {
        site.Origin.Faults = Site.FaultsOf(site.Stage.Die("faults"), 40, die => new RequestFault
        {
            After = die.Next(1 << 20),
            Body = die.Weighed((60, BodyFault.Corrupt), (40, BodyFault.Reset)),
        });
        site.StartAll();
        await Task.WhenAll(site.Machines.Select(machine => new SiteDownload(site, machine).RunAsync()));
    });

    [Theory, Seeds(3, 1600)]
    public void What_an_earlier_life_brought_is_given_once_the_whole_is_proved(int seed) => Site.Run(seed, PlanOf(seed) with { Machines = 2, Pieces = 14, HasManifest = false, OriginBytesPerSecond = 2e6 }, async site =>
    {
        var (one, other) = (site.Machines[0], site.Machines[1]);
        var (ones, others) = (new SiteDownload(site, one), new SiteDownload(site, other));
        one.Start();
        await ones.BeginAsync();
        await site.Stage.Until(() => ones.Bytes > 10 << 20, TimeSpan.FromMinutes(1), "most is here");
        one.Crash(isSilent: false);
        site.StartAll();
        await others.BeginAsync();
        await ones.WaitAsync();
        site.Origin.IsDown = true;
        await others.WaitAsync();
    });

    [Theory, Seeds(8, 2000)]
    public void Whatever_goes_wrong_all_get_it(int seed) => Site.Run(seed, SiteTurmoil.Draw(new Random(seed)), site => new SiteTurmoil(site).RunAsync());

    static SitePlan PlanOf(int seed) => SitePlan.Draw(new Random(seed));
}
