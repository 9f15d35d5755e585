namespace Haul.Agent.Commands;

/// <summary>Where commands for notification classes are registered, and how the agent starts them.</summary>
sealed record CommandOptions
{
    /// <summary>Where registrations lie.</summary>
    public required string Directory { get; init; }

    /// <summary>What runs <see cref="RunAs"/>: the program haul itself, with what it must be told before the verb.</summary>
    public required IReadOnlyList<string> Starter { get; init; }

    /// <summary>Numbers that bound what commands may take.</summary>
    public CommandLimits Limits { get; init; } = new();
}
