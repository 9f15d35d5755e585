namespace Haul.Agent.Commands;

/// <summary>What commands may take of the agent and the machine.</summary>
sealed record CommandLimits
{
    /// <summary>Commands at once: a burst of jobs must not become a burst of processes.</summary>
    public int CommandsMax { get; init; } = 8;

    /// <summary>Commands of one user at once, so that those of others find room beside them.</summary>
    public int CommandsPerUserMax { get; init; } = 4;

    /// <summary>How long a command may take.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a command that was asked to end may take for it before it is killed: well within what a service manager grants the agent.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Lines of its output that are logged.</summary>
    public int OutputLinesMax { get; init; } = 100;

    /// <summary>Characters of such a line.</summary>
    public int OutputLineMax { get; init; } = 500;
}
