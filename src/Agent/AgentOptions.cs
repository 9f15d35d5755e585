using Haul.Agent.Commands;
using Haul.Agent.RestCompat;
using Haul.Engine.Policies;

namespace Haul.Agent;

/// <summary>Whom an agent serves, and where it lives.</summary>
sealed record AgentOptions
{
    /// <summary>Serves all users of the machine; else only the one it runs as, and root.</summary>
    public bool IsSystem { get; init; }

    /// <summary>Where it listens; null for the usual place.</summary>
    public string? SocketPath { get; init; }

    /// <summary>Where jobs are recorded; null for the usual place.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>What the administrator allows, now.</summary>
    public Func<Policy> Policy { get; init; } = static () => _default;

    /// <summary>Numbers that bound what callers may take.</summary>
    public AgentLimits Limits { get; init; } = new();

    /// <summary>Serve the REST interface of Microsoft's Linux agent too; null for not.</summary>
    public RestOptions? Rest { get; init; }

    /// <summary>Start commands for notification classes, on Linux; null for not.</summary>
    public CommandOptions? Commands { get; init; }

    /// <summary>Where log lines go; null for standard error.</summary>
    public TextWriter? Log { get; init; }

    static readonly Policy _default = new();
}
