using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>Everything goes wrong at a site for a while: engines crash, lie and start late, the network falls apart, and the origin fails.</summary>
sealed class SiteTurmoil(Site site)
{
    readonly Random _die = site.Stage.Die("turmoil");
    readonly HashSet<SiteMachine> _begun = [];
    bool _isCalm;

    /// <summary>What may be wrong with lines and limits from the start.</summary>
    public static SitePlan Draw(Random die) => SitePlan.Draw(die) with
    {
        DatagramLoss = die.Pick(0, 0, 0.3, 0.7),
        UploadBytesPerSecond = die.Percent(20) ? die.Magnitude(200_000, 5_000_000) : 0,
        LinksMax = die.Percent(20) ? die.Next(1, 5) : 100,
    };

    public async Task RunAsync()
    {
        if (site.Machines.Count > 2 && _die.Percent(40))
            site.Machines[^1].Lies = true;
        if (_die.Percent(30))
            site.Add(_die.Percent(50) ? site.MakeGroup("elsewhere") : null).Know(site.Machines);
        var faults = Site.FaultsOf(site.Stage.Die("faults"), _die.Weighed((4, 0), (4, 10), (2, 40)), Fault);
        site.Origin.Faults = seen => _isCalm ? null : faults(seen);

        var downloads = site.Machines.Select(machine => new SiteDownload(site, machine)).ToList();
        var running = Task.WhenAll(downloads.Select(BeginAsync));
        await Task.WhenAll(CrashAsync(), PartAsync());
        _isCalm = true;
        site.Stage.Trace.Say("calm");
        await running;
        foreach (var download in downloads)
            await download.FinishAsync();
    }

    async Task BeginAsync(SiteDownload download)
    {
        await site.Clock.WaitSeconds(_die.Percent(60) ? _die.Between(0, 0.2) : _die.Between(0, 15));
        download.Machine.Start();
        await download.BeginAsync();
        _begun.Add(download.Machine);
        await download.WaitAsync();
    }

    async Task CrashAsync()
    {
        for (var crashes = _die.Weighed((4, 0), (3, 1), (3, 3)); crashes > 0; crashes--)
        {
            await site.Clock.WaitSeconds(_die.Between(0, 6));
            if (_begun.Count == 0)
                continue;
            var machine = _die.Pick(_begun.OrderBy(begun => begun.Number).ToList());
            machine.Crash(isSilent: _die.Percent(40));
            await site.Clock.WaitSeconds(_die.Percent(50) ? 0 : _die.Between(0, 20));
            machine.Start();
        }
    }

    async Task PartAsync()
    {
        for (var times = _die.Weighed((6, 0), (3, 1), (1, 2)); times > 0; times--)
        {
            await site.Clock.WaitSeconds(_die.Between(0, 6));
            await site.PartAsync(_die);
        }
    }

    RequestFault Fault(Random faults) => faults.Weighed<Func<RequestFault>>(
        // Without a manifest nobody could tell a false piece before the end.
        (site.Plan.HasManifest ? 4 : 0, () => new RequestFault { After = faults.Next(4 << 20), Body = BodyFault.Corrupt }),
        (4, () => new RequestFault { After = faults.Next(2 << 20), Body = BodyFault.Reset }),
        (2, () => new RequestFault { After = faults.Next(2 << 20), Body = BodyFault.Stall }),
        (3, () => new RequestFault { Status = faults.Pick(500, 503), RetryAfter = faults.Percent(40) ? TimeSpan.FromSeconds(faults.Next(20)) : null }),
        (2, () => new RequestFault { IsSilent = true }))();
}
