namespace Haul.SimulationTests.World;

/// <summary>One life's share of the only thread: what is posted here runs in its turn, unless the life is over by then.</summary>
/// <remarks>An engine, with all that it awaits, lives in one lane; the programs around it live in another. Killing a lane is a crash.</remarks>
sealed class SimLane : SynchronizationContext
{
    public SimLane(SimScheduler scheduler, string name)
    {
        (Scheduler, Name) = (scheduler, name);
        Clock = new SimClock(this);
    }

    public SimScheduler Scheduler { get; }

    public string Name { get; }

    /// <summary>The virtual time, with timers that end with this lane.</summary>
    public SimClock Clock { get; }

    /// <summary>Nothing of it runs any more.</summary>
    public bool IsDead { get; private set; }

    public void Kill() => IsDead = true;

    public override void Post(SendOrPostCallback d, object? state) => Scheduler.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits by blocking in a simulation.");

    public override SynchronizationContext CreateCopy() => this;
}
