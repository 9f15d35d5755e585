using Haul.Engine.Policies;
using Haul.SimulationTests.Watches;

namespace Haul.SimulationTests.World;

/// <summary>A machine with its disk, an engine that lives on it one life after another, the origins, and the programs that use it.</summary>
sealed class SimWorld
{
    /// <summary>Longer than any story: what takes more virtual time than this will never end.</summary>
    static readonly TimeSpan _timeMax = TimeSpan.FromDays(100);

    /// <summary>Turns at one moment: more than this many are one that calls itself for ever.</summary>
    const int TurnsMax = 100_000;

    readonly int _seed;
    readonly List<Action> _watches = [];
    string? _broken;

    SimWorld(int seed)
    {
        _seed = seed;
        Turns = new SimScheduler(Mix(seed, "turns"));
        Programs = new SimLane(Turns, "programs");
        Trace = new SimTrace(Turns);
        Net = new SimNet(Trace);
        Watch = new WorldWatch(this);
        Volume.Changed = (what, inode) => Trace.Say($"inode {inode.Identity.Inode} {what}");
    }

    public SimScheduler Turns { get; }

    /// <summary>Where the story and its programs run.</summary>
    public SimLane Programs { get; }

    public TimeProvider Clock => Programs.Clock;

    public SimTrace Trace { get; }

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

    /// <summary>A die of its own for each purpose, so that more throws for one change nothing for another.</summary>
    public Random Die(string purpose) => new(Mix(_seed, purpose));

    /// <summary>Tells a story in a new world, and looks after every turn whether all is still as it must be.</summary>
    public static SimWorld Run(int seed, Func<SimWorld, Task> story)
    {
        var before = SynchronizationContext.Current;
        var world = new SimWorld(seed);
        try
        {
            SynchronizationContext.SetSynchronizationContext(world.Programs);
            world.RunToEnd(world.TellAsync(story));
        }
        catch (Exception e)
        {
            throw new SimFailureException(seed, world.Trace, e);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            world.Life?.Crash();
            world.State.Dispose();
            SeedsAttribute.Show(world.Trace);
        }
        return world;
    }

    async Task TellAsync(Func<SimWorld, Task> story)
    {
        await story(this);
        if (Life is not null)
            await StopAsync();
    }

    void RunToEnd(Task story)
    {
        var (now, began) = (Turns.Elapsed, 0L);
        while (!story.IsCompleted)
        {
            if (now != Turns.Elapsed)
                (now, began) = (Turns.Elapsed, Turns.Steps);
            if (Turns.Steps - began > TurnsMax)
                Break("something goes on for ever without time passing");
            if (!Turns.Step())
                Break("nothing is left that could happen, and the story is not at its end");
            Watch.Look();
            if (Turns.Elapsed > _timeMax)
                Break("the story does not end");
            if (_broken is not null)
                throw new InvalidOperationException(_broken);
        }
        story.GetAwaiter().GetResult();
    }

    /// <summary>Something is not as it must be: the story ends with this turn.</summary>
    public void Break(string why) => _broken ??= why;

    /// <summary>Starts the engine, or starts it again.</summary>
    public EngineLife Start()
    {
        Trace.Say($"start of life {Lives + 1}");
        Watch.BeforeStart();
        Life = new EngineLife(this, ++Lives);
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
        Net.DropAll();
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

    /// <summary>Waits until something is so; the story fails when it is not within that time.</summary>
    public async Task Until(Func<bool> isSo, TimeSpan within, string what)
    {
        var end = Turns.Elapsed + within;
        while (!isSo())
        {
            if (Turns.Elapsed >= end)
                throw new InvalidOperationException($"not within {within}: {what}");
            await Clock.Wait(TimeSpan.FromMilliseconds(50));
        }
    }

    static int Mix(int seed, string purpose)
    {
        // Not GetHashCode, which differs from process to process.
        var hash = 2166136261u ^ (uint)seed * 2654435761u;
        foreach (var letter in purpose)
            hash = (hash ^ letter) * 16777619u;
        return (int)(hash & 0x7fffffff);
    }
}
