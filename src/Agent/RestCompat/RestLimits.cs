namespace Haul.Agent.RestCompat;

/// <summary>What all clients of the REST interface together may take: the port does not tell one user from another.</summary>
sealed record RestLimits
{
    /// <summary>Bytes of a request, head and body: several times the longest URL and path, and eight times what the original takes.</summary>
    public int RequestBytesMax { get; init; } = 16 << 10;

    /// <summary>Connections: half of the usual limit of open files, so that transfers have the rest. Where the agent may open fewer, half of those that it could open at the start.</summary>
    public int ConnectionsMax { get; init; } = 512;

    /// <summary>How long a request may take to arrive, and its answer to be taken.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between requests. Clients hold one for as long as they live and connect anew when it
    /// was closed, at the price of a quarter of a second.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often connections are looked through for those whose time is over.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait after a connection could not be taken, as when no file can be opened.</summary>
    public TimeSpan AcceptPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long calls under way may take to finish when the agent stops.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
