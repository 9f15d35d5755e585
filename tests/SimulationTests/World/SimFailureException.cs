namespace Haul.SimulationTests.World;

/// <summary>A world that came out wrong: why, how to run it again, and what happened last.</summary>
sealed class SimFailureException(int seed, SimTrace trace, Exception why)
    : Exception($"{why.Message}\nSeed {seed}. Again, with the whole trace:\n    {SeedsAttribute.Replay(seed)}\n{why.StackTrace}\n{trace.Last}", why);
