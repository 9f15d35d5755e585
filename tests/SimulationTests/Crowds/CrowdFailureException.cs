using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Crowds;

/// <summary>A crowd that came out wrong: why, which crowd, and how to run it again.</summary>
sealed class CrowdFailureException(Crowd crowd, Exception why)
    : Exception($"{why.Message}\n{crowd.Name}. Again:\n    {SeedsAttribute.Replay(crowd.Seed)}\n{why.StackTrace}", why);
