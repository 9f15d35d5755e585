namespace Haul.Agent.RestCompat;

/// <summary>Where and for whom the REST interface of Microsoft's Linux agent is served.</summary>
sealed record RestOptions
{
    /// <summary>Where clients look for the port.</summary>
    public const string UsualDirectory = "/var/run/deliveryoptimization-agent";

    /// <summary>The user whose the downloads are where an agent of root is not told.</summary>
    public const string UsualUser = "do";

    /// <summary>Where the file with the port is written.</summary>
    public string Directory { get; init; } = UsualDirectory;

    /// <summary>The first port that is tried.</summary>
    public int PortFirst { get; init; } = 50_000;

    /// <summary>The last port that is tried: above it Linux hands out ports of its own accord no more.</summary>
    public int PortLast { get; init; } = 60_999;

    /// <summary>The user whose the downloads are: they are written where that user may write. Null for the agent's own; an agent of
    /// root takes <see cref="UsualUser"/> then, since whoever reaches the port could have files made anywhere otherwise.</summary>
    public string? User { get; init; }

    /// <summary>Numbers that bound what clients may take.</summary>
    public RestLimits Limits { get; init; } = new();
}
