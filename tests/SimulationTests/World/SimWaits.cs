namespace Haul.SimulationTests.World;

/// <summary>Waiting in virtual time.</summary>
static class SimWaits
{
    public static Task Wait(this TimeProvider clock, TimeSpan time, CancellationToken cancel = default) => Task.Delay(time, clock, cancel);

    public static Task WaitSeconds(this TimeProvider clock, double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), clock);
}
