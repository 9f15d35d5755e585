using Haul.Engine.Policies;
using Haul.SimulationTests.Watches;

namespace Haul.SimulationTests.World;

/// <summary>A machine with its disk, an engine that lives on it one life after another, the origins, and the programs that use it.</summary>
sealed class SimWorld
{
    readonly SimStage _stage;

    SimWorld(int seed)
    {
        _stage = new SimStage(seed);
        Net = new SimNet(Trace);
        Watch = new WorldWatch(this);
        Volume.Now = () => Turns.Elapsed.Ticks * TimeSpan.NanosecondsPerTick;
        Volume.Changed = (what, inode) => Trace.Say($"inode {inode.Identity.Inode} {what}");
    }

    public SimScheduler Turns => _stage.Turns;

    /// <summary>Where the story and its programs run.</summary>
    public SimLane Programs => _stage.Programs;

    public TimeProvider Clock => _stage.Clock;

    public SimTrace Trace => _stage.Trace;

    public SimVolume Volume { get; } = new();

    public SimNet Net { get; }

    public SimState State { get; } = new();

    public WorldWatch Watch { get; }

    public Policy Policy { get; set; } = new();

    /// <summary>The disk may have less than is recorded.</summary>
    public bool PowerWasLost { get; private set; }

    /// <summary>The engine, where one is running.</summary>
    public EngineLife? Life { get; private set; }

    /// <summary>Lives so far.</summary>
    public int Lives { get; private set; }

    /// <inheritdoc cref="SimStage.Die"/>
    public Random Die(string purpose) => _stage.Die(purpose);

    /// <summary>Tells a story in a new world, and looks after every turn whether all is still as it must be.</summary>
    public static SimWorld Run(int seed, Func<SimWorld, Task> story)
    {
        var world = new SimWorld(seed);
        world._stage.Tell(() => world.TellAsync(story), world.Watch.Look, () =>
        {
            world.Life?.Crash();
            world.State.Dispose();
        });
        return world;
    }

    async Task TellAsync(Func<SimWorld, Task> story)
    {
        await story(this);
        if (Life is not null)
            await StopAsync();
    }

    /// <inheritdoc cref="SimStage.Break"/>
    public void Break(string why) => _stage.Break(why);

    /// <summary>Starts the engine, or starts it again.</summary>
    public EngineLife Start()
    {
        Trace.Say($"start of life {Lives + 1}");
        Watch.BeforeStart();
        var name = $"engine {++Lives}";
        Life = new EngineLife(new LifeGround(Programs, Volume, State, Net, Die(name), () => Policy), name, Lives);
        return Life;
    }

    /// <summary>The process ends here and now.</summary>
    public void Crash()
    {
        if (Life is null)
            return;
        Trace.Say($"crash of life {Life.Number}");
        var life = Life;
        Life = null;
        life.Crash();
        Net.Drop(life.Lane);
    }

    /// <summary>The machine ends here and now.</summary>
    public void LosePower()
    {
        Crash();
        PowerWasLost = true;
        Trace.Say($"power lost, {Volume.LosePower(Die($"power {Lives}"))} blocks gone");
    }

    public async Task StopAsync()
    {
        var life = Life!;
        Trace.Say($"stop of life {life.Number}");
        await life.StopAsync();
        Life = null;
        Watch.AfterStop(life);
    }

    /// <inheritdoc cref="SimStage.Until(Func{bool}, TimeSpan, string)"/>
    public Task Until(Func<bool> isSo, TimeSpan within, string what) => _stage.Until(isSo, within, what);
}
