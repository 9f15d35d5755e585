using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Crowds;

/// <summary>A crowd drawn by a seed, in a network where everything goes wrong.</summary>
static class CrowdTurmoil
{
    /// <summary>Long enough for whoever waits for the last lease, request and pause in a row.</summary>
    const double SecondsMax = 4 * 3600;

    /// <summary>Words about pieces in one crowd: a fraction of a second of simulation.</summary>
    const int WordsMax = 25_000;

    /// <summary>Runs one; how everything went, to be compared.</summary>
    public static string Run(int seed)
    {
        var crowd = new Crowd(Draw(new Random(seed)), seed);
        var watch = new CrowdWatch(crowd);
        var trace = 17L;
        crowd.Watch = host =>
        {
            trace = unchecked(trace * 1_000_003 ^ BitConverter.DoubleToInt64Bits(crowd.Net.Now) ^ (host.Index << 20) ^ (host.Swarm.Have.Count << 10) ^ host.Swarm.State.OnTheWay.Count);
            watch.Look(host);
        };
        try
        {
            var last = crowd.Run(SecondsMax);
            crowd.Rest(30);
            watch.LookAtEnd();
            return $"{last:R} s, {crowd.OriginBytes:R} bytes from the origin, {crowd.Net.EventCount} events, trace {trace:x}";
        }
        catch (Exception e)
        {
            throw new CrowdFailureException(crowd, e);
        }
    }

    static CrowdPlan Draw(Random die)
    {
        var hosts = die.Weighed((60, die.Next(2, 8)), (30, die.Next(8, 25)), (4, die.Next(25, 60)), (1, die.Next(60, 201)));
        // Every host tells every other of every piece: that is what a run costs.
        var pieces = die.Next(4, Math.Clamp(WordsMax / (hosts * hosts), 6, 300) + 1);
        return new CrowdPlan
        {
            Hosts = hosts,
            LengthBytes = ((long)pieces << 20) - die.Next(1 << 20),
            Wan = die.Pick(2e6, 100e6, 1e9) / 8,
            Lan = die.Pick(50e6, 1e9) / 8,
            WeakUplink = die.Pick(1, 1, 0.3),
            Spread = die.Pick(0, 0, 1, 60),
            Discovery = die.Pick(0.05, 0.05, 5),
            Latency = die.Pick(0.0002, 0.001, 0.05),
            OriginLatency = die.Pick(0.005, 0.01, 0.3),
            UploadSlots = die.Pick(1, 4, 16),
            UploadQueue = die.Pick(4, 32, 1000),
            DiscoveryLoss = die.Pick(0, 0, 0.3),
            PartedUntil = die.Pick(0, 0, 0, 20),
            OriginDiesAfterCopies = die.Pick(double.MaxValue, double.MaxValue, 0.5, 1.01, 2),
            Faults = new CrowdFaults
            {
                Deaths = Some(die, hosts),
                Restarts = Some(die, hosts),
                Liars = Some(die, hosts),
                Squatters = Some(die, hosts),
                Stallers = Some(die, hosts),
                DeadWays = Some(die, hosts),
                SlowWays = Some(die, hosts),
                LongLeases = Some(die, hosts),
                ShortLeases = Some(die, hosts),
            },
        };
    }

    static int Some(Random die, int hosts) => die.Weighed((6, 0), (3, 1), (1, 1 + hosts / 5));
}
