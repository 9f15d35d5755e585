using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Watches;

/// <summary>All that must be so at every moment of a world, whatever happens in it.</summary>
sealed class WorldWatch
{
    readonly SimWorld _world;
    readonly StateWatch _states;
    readonly LimitWatch _limits;
    readonly RecordWatch _records;

    public WorldWatch(SimWorld world)
    {
        _world = world;
        Placed = new PlacedWatch(world);
        _states = new StateWatch(world);
        _limits = new LimitWatch(world);
        _records = new RecordWatch(world, Placed);
    }

    /// <summary>What may be placed where.</summary>
    public PlacedWatch Placed { get; }

    /// <summary>After every turn.</summary>
    public void Look()
    {
        if (_world.Life is not { } life)
            return;
        if (life.Engine.Running.IsFaulted)
            _world.Break($"a bug ended the engine: {life.Engine.Running.Exception!.InnerException}");
        _states.Look(life);
        _limits.Look(life);
    }

    /// <summary>Before a life begins: what the one before it left.</summary>
    public void BeforeStart()
    {
        using var store = _world.State.Open();
        var jobs = store.Load();
        _states.Begin(jobs);
        _records.Look(store, jobs);
    }

    /// <summary>After a stop in good order: everything was given back.</summary>
    public void AfterStop(EngineLife life)
    {
        _states.Look(life);
        LimitWatch.AfterStop(_world, life);
    }
}
