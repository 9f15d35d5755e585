using Haul.Engine.Platform;
using Haul.Engine.Policies;

namespace Haul.SimulationTests.World;

/// <summary>A world where everything goes wrong for a while: origins, disk, programs, and engines that end in the middle of it.</summary>
/// <param name="world">Which.</param>
/// <param name="endLife">How an engine ends.</param>
sealed class Turmoil(SimWorld world, Func<SimWorld, Random, Task> endLife)
{
    readonly Random _die = world.Die("turmoil");
    readonly List<SimDriver> _drivers = [];

    public async Task RunAsync()
    {
        world.Policy = Draw();
        var origins = new RandomOrigins(world);
        for (var i = _die.Next(1, 7); i > 0; i--)
            _drivers.Add(new SimDriver(world, origins, $"job{i}"));
        world.Start();
        var living = Task.WhenAll(_drivers.Select(driver => driver.LiveAsync()));
        await Task.WhenAll(EndLivesAsync(), TroubleDiskAsync(), ChangeContentsAsync(origins));
        Calm(origins);
        await living;
        await Task.WhenAll(_drivers.Select(driver => driver.FinishAsync()));
        await SweepAsync();
    }

    Policy Draw()
    {
        var transfers = _die.Next(1, 5);
        return new Policy
        {
            TransfersMax = transfers,
            BackgroundTransfersMax = _die.Next(1, transfers + 1),
            OriginConnectionsMax = _die.Next(1, 7),
            ProgressInterval = TimeSpan.FromSeconds(_die.Pick(0.2, 1, 5)),
            FlushBeforePlace = true,
        };
    }

    async Task EndLivesAsync()
    {
        for (var ends = _die.Next(0, 5); ends > 0; ends--)
        {
            await world.Clock.WaitSeconds(_die.Percent(50) ? _die.Between(0, 10) : _die.Between(0, 90));
            await endLife(world, _die);
            await world.Clock.WaitSeconds(_die.Percent(50) ? 0 : _die.Between(0, 20));
            world.Start();
        }
        await world.Clock.WaitSeconds(_die.Between(0, 60));
    }

    async Task TroubleDiskAsync()
    {
        for (var times = _die.Weighed((5, 0), (3, 1), (2, 3)); times > 0; times--)
        {
            await world.Clock.WaitSeconds(_die.Between(0, 60));
            var faults = world.Volume.Faults;
            world.Trace.Say("the disk is in trouble");
            _die.Pick<Action>(
                () => faults.IsReadOnly = true,
                () => faults.HiddenDirectory = SimVolume.Home,
                () => faults.WritesUntilFault = _die.Next(20),
                () => faults.ReadsUntilFault = _die.Next(20),
                () => world.Volume.Capacity = 0)();
            await world.Clock.WaitSeconds(_die.Between(0, 20));
            HealDisk();
        }
    }

    async Task ChangeContentsAsync(RandomOrigins origins)
    {
        for (var times = _die.Weighed((4, 0), (4, 1), (2, 4)); times > 0; times--)
        {
            await world.Clock.WaitSeconds(_die.Between(0, 60));
            origins.ChangeOne();
        }
    }

    void HealDisk()
    {
        world.Volume.Faults.Heal();
        world.Volume.Capacity = 1L << 40;
    }

    void Calm(RandomOrigins origins)
    {
        world.Trace.Say("calm");
        origins.IsCalm = true;
        HealDisk();
        world.Volume.Changing = null;
    }

    /// <summary>Nothing is left but what was placed.</summary>
    async Task SweepAsync()
    {
        var administrator = new Caller(0, 0, "root", true);
        foreach (var job in world.Life!.Jobs.List(administrator, allUsers: true).Value!.OrderBy(job => job.DisplayName, StringComparer.Ordinal))
        {
            if (!_drivers.Exists(driver => driver.Unsure.Contains(job.DisplayName)))
                world.Break($"{job.DisplayName} is still there, {job.State}");
            await world.Life.Jobs.CancelAsync(administrator, job.Id);
        }
        await world.Clock.WaitSeconds(2);
        var mayLeave = world.Volume.Unseen > 0 || _drivers.Exists(driver => driver.MayLeaveFiles);
        if (!mayLeave && world.Volume.Names.FirstOrDefault(name => name.Contains("/.haul-", StringComparison.Ordinal)) is { } left)
            world.Break($"inode {world.Volume.Find(left)!.Identity.Inode} is left of a job that has ended: {left}");
        world.Watch.Placed.LookAgain();
    }
}

/// <summary>How a life of an engine ends.</summary>
static class LifeEnds
{
    /// <summary>A crash, in the middle of what it does on the disk or between two turns.</summary>
    public static async Task Crash(SimWorld world, Random die) => await Interrupt(world, die, world.Crash);

    public static async Task PowerCut(SimWorld world, Random die) => await Interrupt(world, die, world.LosePower);

    public static async Task Stop(SimWorld world, Random die) => await world.StopAsync();

    static async Task Interrupt(SimWorld world, Random die, Action end)
    {
        if (die.Percent(50))
        {
            // Before one of the next changes on the disk, if there are so many.
            var changes = die.Magnitude(1, 100);
            world.Volume.Changing = () =>
            {
                if (--changes == 0)
                    end();
            };
            for (var patience = die.Next(1, 200); patience > 0 && world.Life is not null; patience--)
                await world.Clock.WaitSeconds(0.1);
            world.Volume.Changing = null;
        }
        for (var turns = die.Next(50); turns > 0; turns--)
            await Task.Yield();
        if (world.Life is not null)
            end();
    }
}
