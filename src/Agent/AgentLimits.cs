namespace Haul.Agent;

/// <summary>What one user, and all together, may take of an agent, so that none takes it from the others.</summary>
sealed record AgentLimits
{
    /// <summary>Connections of one user. A program needs one for its calls and one for each stream.</summary>
    public int ConnectionsPerUserMax { get; init; } = 256;

    /// <summary>Connections of all users, well below the usual limit of open files once transfers have theirs.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>Event and notification streams of one user.</summary>
    public int StreamsPerUserMax { get; init; } = 64;

    /// <summary>Bytes of a request's body: 20,000 files with long names.</summary>
    public long BodyBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes of a request's headers together; no call needs more than a few hundred.</summary>
    public int HeaderBytesMax { get; init; } = 16 << 10;

    /// <summary>How long the head of a request may take to arrive.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between two requests.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a stream on which nothing happens says that it is alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long calls under way may take to finish when the agent stops: a file may have to be copied into place.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
