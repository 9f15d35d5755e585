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

    /// <summary>Share of sightings that are lost; each is repeated after a second.</summary>
    public double DiscoveryLoss { get; init; }

    /// <summary>Hosts that go for good at some moment.</summary>
    public int Deaths { get; init; }

    /// <summary>Hosts that go, and come back with what they had.</summary>
    public int Restarts { get; init; }

    /// <summary>Hosts that say they have everything, and send false bytes.</summary>
    public int Liars { get; init; }

    /// <summary>Hosts that claim slices and do not fetch them.</summary>
    public int Squatters { get; init; }

    /// <summary>The origin serves no more once it has sent so many copies.</summary>
    public double OriginDiesAfterCopies { get; init; } = double.MaxValue;

    /// <summary>Two halves that do not hear of each other until then.</summary>
    public double PartedUntil { get; init; }

    public TimeSpan Hold { get; init; } = TimeSpan.FromMilliseconds(150);
}
