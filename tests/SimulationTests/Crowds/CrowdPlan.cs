namespace Haul.SimulationTests.Crowds;

/// <summary>A crowd that wants one content: how many, over what network, and what goes wrong. Rates are in bytes a second, times in seconds.</summary>
sealed record CrowdPlan
{
    public required int Hosts { get; init; }
    public long LengthBytes { get; init; } = 256L << 20;
    public double Wan { get; init; } = 100e6 / 8;
    public double Lan { get; init; } = 1e9 / 8;

    /// <summary>Uplink of every second host, as a share of the others'.</summary>
    public double WeakUplink { get; init; } = 1;

    /// <summary>All start within this time.</summary>
    public double Spread { get; init; }

    /// <summary>From a start until another host knows of it.</summary>
    public double Discovery { get; init; } = 0.05;

    /// <summary>One way, for a word from host to host.</summary>
    public double Latency { get; init; } = 0.001;

    /// <summary>One way to the origin: an answer begins after two of these.</summary>
    public double OriginLatency { get; init; } = 0.01;

    /// <summary>From the last byte of a piece until it is proved and written.</summary>
    public double Proof { get; init; } = 0.002;

    /// <summary>Pieces that one host sends at a time.</summary>
    public int UploadSlots { get; init; } = 16;

    /// <summary>Requests that wait at one host; further ones are refused.</summary>
    public int UploadQueue { get; init; } = 1000;

    /// <summary>Share of sightings that are lost; each is repeated after a second.</summary>
    public double DiscoveryLoss { get; init; }

    /// <summary>Two halves that do not hear of each other until then.</summary>
    public double PartedUntil { get; init; }

    /// <summary>The origin serves no more once it has sent so many copies.</summary>
    public double OriginDiesAfterCopies { get; init; } = double.MaxValue;

    /// <summary>What is wrong with hosts. The first host is always sound.</summary>
    public CrowdFaults Faults { get; init; } = new();

    public Engine.Swarms.SwarmRules Rules { get; init; } = new();
}

/// <summary>How many hosts of a crowd have which fault; none has two.</summary>
sealed record CrowdFaults
{
    /// <summary>Go for good at some moment.</summary>
    public int Deaths { get; init; }

    /// <summary>Go, and come back with what they had.</summary>
    public int Restarts { get; init; }

    /// <summary>Say they have everything, and send false bytes.</summary>
    public int Liars { get; init; }

    /// <summary>Claim slices and do not fetch them.</summary>
    public int Squatters { get; init; }

    /// <summary>Say they have everything, take requests and never answer.</summary>
    public int Stallers { get; init; }

    /// <summary>Believe that they may ask the origin, which always fails for them.</summary>
    public int DeadWays { get; init; }

    /// <summary>Get little from the origin.</summary>
    public int SlowWays { get; init; }

    /// <summary>Claim for a hundred seconds each time.</summary>
    public int LongLeases { get; init; }

    /// <summary>Claim for a millisecond each time.</summary>
    public int ShortLeases { get; init; }

    /// <summary>The faults of hosts 0, 1 and so on, as far as there are so many hosts.</summary>
    public HostFault[] Of(int hosts)
    {
        var all = Enumerable.Repeat(HostFault.None, hosts).ToArray();
        var next = 1;
        foreach (var (count, fault) in Counts())
        {
            for (var i = 0; i < count && next < hosts; i++)
                all[next++] = fault;
        }
        return all;
    }

    IEnumerable<(int Count, HostFault Fault)> Counts() =>
    [
        (Deaths, HostFault.Dies), (Restarts, HostFault.Restarts), (Liars, HostFault.Lies), (Squatters, HostFault.Squats), (Stallers, HostFault.Stalls),
        (DeadWays, HostFault.HasDeadWay), (SlowWays, HostFault.HasSlowWay), (LongLeases, HostFault.HasLongLeases), (ShortLeases, HostFault.HasShortLeases),
    ];
}

/// <summary>What is wrong with a host.</summary>
enum HostFault
{
    None,
    Dies,
    Restarts,
    Lies,
    Squats,
    Stalls,
    HasDeadWay,
    HasSlowWay,
    HasLongLeases,
    HasShortLeases,
}
