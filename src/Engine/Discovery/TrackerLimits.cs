namespace Haul.Engine.Discovery;

/// <summary>What this agent asks of a tracker, and what it takes from one.</summary>
static class TrackerLimits
{
    /// <summary>Swarms of one announce, as trackers take them.</summary>
    public const int SwarmsMax = 64;

    /// <summary>Peers to ask for in a swarm, as trackers take it.</summary>
    public const int WantedMax = 50;

    /// <summary>Addresses of this machine that are told, as trackers take them.</summary>
    public const int AddressesMax = 8;

    /// <summary>Bytes of an answer: a thousand peers with all their addresses take 400 KB.</summary>
    public const int AnswerBytesMax = 1 << 20;

    /// <summary>Addresses of one peer that are called: two families, inside and outside.</summary>
    public const int AddressesOfPeerMax = 4;

    /// <summary>How long an announce may take: a tracker far away that has much to do.</summary>
    public static readonly TimeSpan AnnounceTimeout = TimeSpan.FromSeconds(15);

    /// <summary>What a tracker may say for the next announce: not so soon that one tracker keeps an agent busy, not so late that it is forgotten for good.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="IntervalMin"/>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromHours(1);

    /// <summary>The wait for more swarms before one that has come, gone or been completed is announced: jobs come in batches.</summary>
    public static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(500);

    /// <summary>The wait after the first failure in a row; it doubles with each up to <see cref="BackoffMax"/>.</summary>
    public static readonly TimeSpan BackoffMin = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait: a tracker that comes back hears of all its agents within this time.</summary>
    public static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(10);

    /// <summary>How long an agent that stops tries to say so; a tracker forgets it anyhow.</summary>
    public static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(3);
}
