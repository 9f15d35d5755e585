using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Crowds;

/// <summary>Whatever goes wrong, every sound host gets what can be had, and no promise of a swarm is broken on the way.</summary>
public sealed class CrowdTurmoilTests
{
    [Theory, Seeds(1000)]
    public void A_crowd_gets_what_can_be_had(int seed) => CrowdTurmoil.Run(seed);

    [Theory, Seeds(4)]
    public void A_seed_gives_the_same_run_each_time(int seed) => Assert.Equal(CrowdTurmoil.Run(seed), CrowdTurmoil.Run(seed));
}
