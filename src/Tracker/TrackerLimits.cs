namespace Haul.Tracker;

/// <summary>What one address, one group and all together may take of a tracker.</summary>
sealed record TrackerLimits
{
    /// <summary>Intervals after which a peer that has not announced is forgotten: one announce may get lost.</summary>
    public const double LifeIntervals = 2.5;

    /// <summary>How many times longer than at rest intervals may get, where nobody says otherwise.</summary>
    public const double UsualStretchMax = 4;

    /// <summary>The interval for who still needs bytes and got fewer peers than wanted: a rollout begins with nobody there.</summary>
    public static TimeSpan HungryInterval { get; } = TimeSpan.FromSeconds(30);

    /// <summary>By which part intervals are longer or shorter by lot.</summary>
    public const double Jitter = 0.1;

    /// <summary>The shortest and the longest interval that can be set. Agents come no sooner than after five seconds, and would be forgotten before.</summary>
    public static TimeSpan IntervalMin { get; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="IntervalMin"/>
    public static TimeSpan IntervalMax { get; } = TimeSpan.FromHours(1);

    /// <summary>How often those whose time is over are looked for where nothing else happens.</summary>
    public static TimeSpan SweepInterval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is logged that agents are refused: strangers must not fill the log.</summary>
    public static TimeSpan RefusalInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of a request's body: 64 swarms with all their members take a quarter.</summary>
    public int BodyBytesMax { get; init; } = 64 << 10;

    /// <summary>Bytes of a request's headers together; an announce needs a few hundred.</summary>
    public int HeaderBytesMax { get; init; } = 8 << 10;

    /// <summary>Connections: most agents close theirs between announces.</summary>
    public int ConnectionsMax { get; init; } = 20_000;

    /// <summary>How long the head of a request may take to arrive.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle: two hungry intervals, and not the usual one, for connections cost more than handshakes then.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>Swarms that one remote address may announce each second: 10,000 agents behind one door, each with a hungry swarm, make 333.</summary>
    public double AddressSwarmsPerSecond { get; init; } = 500;

    /// <summary>Swarms that one remote address may announce at once, as after a power cut.</summary>
    public double AddressSwarmsBurst { get; init; } = 10_000;

    /// <summary>Swarms that one group may announce each second: a million agents with one each, at rest, make 3,333.</summary>
    public double GroupSwarmsPerSecond { get; init; } = 10_000;

    /// <summary>Swarms that one group may announce at once.</summary>
    public double GroupSwarmsBurst { get; init; } = 100_000;

    /// <summary>Peers that are recorded, each counted in every swarm: about a gibibyte.</summary>
    public int PeersMax { get; init; } = 4_000_000;

    /// <summary>Announces a second above which intervals grow: half of what one core does with a handshake for each.</summary>
    public double AnnouncesPerSecondAim { get; init; } = 1_000 * Environment.ProcessorCount;

    /// <summary>How many times longer than at rest intervals may get.</summary>
    public double StretchMax { get; init; } = UsualStretchMax;

    /// <summary>How long announces under way may take to finish when the tracker stops.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
