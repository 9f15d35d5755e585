using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>Whole engines fetch one content together.</summary>
public sealed class SiteTests
{
    [Theory, Seeds(8)]
    public void All_that_start_together_get_it(int seed) => Site.Run(seed, PlanOf(seed), GetTogetherAsync);

    [Theory, Seeds(3, 40)]
    public void A_seed_gives_the_same_run_each_time(int seed)
    {
        var (one, other) = (Site.Run(seed, PlanOf(seed), GetTogetherAsync), Site.Run(seed, PlanOf(seed), GetTogetherAsync));
        Assert.Equal(one.Stage.Trace.Lines, other.Stage.Trace.Lines);
        Assert.Equal(one.Turns.Trail, other.Turns.Trail);
    }

    [Theory, Seeds(5, 100)]
    public void Whoever_starts_late_gets_it_too(int seed) => Site.Run(seed, PlanOf(seed), async site =>
    {
        var die = site.Stage.Die("starts");
        await Task.WhenAll(site.Machines.Select(async machine =>
        {
            await site.Clock.WaitSeconds(die.Between(0, die.Pick(1, 20)));
            machine.Start();
            await new SiteDownload(site, machine).RunAsync();
        }));
    });

    [Theory, Seeds(5, 200)]
    public void With_datagrams_lost_all_get_it(int seed) =>
        Site.Run(seed, PlanOf(seed) with { IsLoud = true, IsApart = false, DatagramLoss = new Random(seed).Between(0.2, 0.8) }, GetTogetherAsync);

    [Theory, Seeds(4, 300)]
    public void A_limit_of_what_is_sent_holds(int seed) =>
        Site.Run(seed, PlanOf(seed) with { UploadBytesPerSecond = new Random(seed).Magnitude(100_000, 5_000_000), UploadSlots = 2 }, GetTogetherAsync);

    [Theory, Seeds(4, 400)]
    public void A_limit_of_connections_holds(int seed) =>
        Site.Run(seed, PlanOf(seed) with { Machines = 6, LinksMax = new Random(seed).Next(1, 4) }, GetTogetherAsync);

    [Theory, Seeds(1, 450)]
    public void A_large_swarm_falls_into_cells(int seed)
    {
        const int Machines = 22;
        var plan = PlanOf(seed) with { Machines = Machines, Pieces = 4, CellMax = 2, IsLoud = true, IsApart = false, IsForeground = false };
        Site.Run(seed, plan, async site =>
        {
            var ends = 0;
            site.StartAll();
            var all = Task.WhenAll(site.Machines.Select(machine => new SiteDownload(site, machine).RunAsync()));
            while (!all.IsCompleted)
            {
                await site.Clock.WaitSeconds(0.5);
                ends = site.Machines.Sum(machine => machine.Status.Connections.Count);
                site.Stage.Trace.Say($"{ends} ends of connections");
            }
            await all;
            // Where all knew all, there would be 462 ends.
            Assert.InRange(ends, Machines, Machines * (Machines - 1) * 3 / 4);
            Assert.InRange(site.OriginCopies, 0.99, 2);
        });
    }

    [Theory, Seeds(1, 480)]
    public void A_crowd_of_forty_takes_one_copy(int seed) => TakeCopies(seed, 1.02, PlanOf(seed) with { Machines = 40, Pieces = 12, CellMax = 50 });

    [Theory, Seeds(1, 490)]
    public void A_crowd_of_sixty_in_cells_takes_little_more(int seed) => TakeCopies(seed, 1.05, PlanOf(seed) with { Machines = 60, Pieces = 6, CellMax = 20 });

    // All begin at once, in one loud network with a thin line to the origin.
    static void TakeCopies(int seed, double most, SitePlan plan)
    {
        plan = plan with
        {
            LinksMax = 100, IsLoud = true, IsApart = false, DatagramLoss = 0, HasGroup = true, HasManifest = true, WeakUplink = 1,
            OriginBytesPerSecond = 12.5e6, MachineBytesPerSecond = 125e6, UploadSlots = 16, UploadBytesPerSecond = 0, Jitter = 0, IsForeground = false,
        };
        Site.Run(seed, plan, async site =>
        {
            await GetTogetherAsync(site);
            Assert.InRange(site.OriginCopies, 0.99, most);
        });
    }

    [Theory, Seeds(4, 500)]
    public void Without_a_group_a_manifest_is_enough(int seed) =>
        Site.Run(seed, PlanOf(seed) with { HasGroup = false, HasManifest = true, IsApart = false }, GetTogetherAsync);

    [Theory, Seeds(6, 550)]
    public void Who_has_no_manifest_gets_it_on_the_word_of_those_who_have_one(int seed)
    {
        var plan = PlanOf(seed) with { HasGroup = true, HasManifest = false, IsMixed = true, Machines = 3, Pieces = 12, IsLoud = true, IsApart = false, DatagramLoss = 0, OriginBytesPerSecond = 5e5 };
        Site.Run(seed, plan, async site =>
        {
            site.StartAll();
            var begun = site.Machines.Where(machine => machine.Number % 2 == 0).Select(machine => new SiteDownload(site, machine).RunAsync()).ToList();
            // Some of it is here by then, with nobody to give a word to.
            await site.Clock.WaitSeconds(15);
            foreach (var machine in site.Machines.Where(machine => seed % 2 == 0 && machine.Number % 2 == 0))
            {
                machine.Crash(isSilent: false);
                machine.Start();
            }
            var late = new SiteDownload(site, site.Machines[1]);
            await late.BeginAsync();
            await site.Clock.WaitSeconds(3);
            // In that time the origin can send a piece and a half.
            Assert.InRange(late.Bytes, 4 << 20, long.MaxValue);
            await late.WaitAsync();
            await late.FinishAsync();
            await Task.WhenAll(begun);
            site.Stage.Trace.Say($"{site.OriginCopies:0.000} copies from the origin");
        });
    }

    [Theory, Seeds(5, 600)]
    public void Who_is_not_of_the_group_gets_nothing_of_it(int seed) => Site.Run(seed, PlanOf(seed), async site =>
    {
        var members = site.Machines.ToList();
        SiteMachine[] outsiders = [site.Add(site.MakeGroup("elsewhere")), site.Add(null)];
        foreach (var outsider in outsiders)
            outsider.Know(members);
        site.StartAll();
        await Task.WhenAll(site.Machines.Select(machine => new SiteDownload(site, machine).RunAsync()));
        Assert.All(outsiders, outsider => Assert.Equal(site.Content.Bytes.Length, outsider.OriginBytes));
        Assert.All(outsiders, outsider => Assert.Empty(outsider.Status.Sums));
    });

    [Theory, Seeds(3, 700)]
    public void Who_is_told_of_another_calls_it_at_once(int seed) => Site.Run(seed, PlanOf(seed) with { Machines = 2, IsLoud = false }, async site =>
    {
        site.StartAll();
        await new SiteDownload(site, site.Machines[1]).BeginAsync();
        await site.Clock.WaitSeconds(2);
        Assert.NotEmpty(site.Machines[1].Status.Connections);
    });

    [Theory, Seeds(8, 800)]
    public void Who_is_found_at_several_addresses_is_one_peer(int seed)
    {
        var plan = PlanOf(seed) with { Machines = 2, IsLoud = true, IsApart = false, OriginBytesPerSecond = 200_000, MachineBytesPerSecond = 1e9 / 8, IsForeground = true, UploadSlots = 4, Jitter = 2 };
        Site.Run(seed, plan, async site =>
        {
            site.StartAll();
            await new SiteDownload(site, site.Machines[0]).RunAsync();
            await site.Clock.WaitSeconds(seed % 5);
            var began = site.Turns.Elapsed;
            await new SiteDownload(site, site.Machines[1]).RunAsync();
            Assert.InRange(site.Turns.Elapsed - began, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        });
    }

    static async Task GetTogetherAsync(Site site)
    {
        site.StartAll();
        await Task.WhenAll(site.Machines.Select(machine => new SiteDownload(site, machine).RunAsync()));
        site.Stage.Trace.Say($"{site.OriginCopies:0.000} copies from the origin");
    }

    static SitePlan PlanOf(int seed) => SitePlan.Draw(new Random(seed));
}
