using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Scenarios;

/// <summary>Whatever happens, every job comes to its right end.</summary>
public sealed class TurmoilTests
{
    [Theory, Seeds(160, 1040)]
    public void Jobs_survive_crashes(int seed) => SimWorld.Run(seed, world => new Turmoil(world, LifeEnds.Crash).RunAsync());

    [Theory, Seeds(160, 1040)]
    public void Jobs_survive_power_cuts(int seed) => SimWorld.Run(seed, world => new Turmoil(world, LifeEnds.PowerCut).RunAsync());

    [Theory, Seeds(160, 1040)]
    public void Jobs_survive_restarts(int seed) => SimWorld.Run(seed, world => new Turmoil(world, LifeEnds.Stop).RunAsync());
}
