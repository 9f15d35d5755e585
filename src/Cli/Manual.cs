using System.CommandLine;

namespace Haul.Cli;

/// <summary>A command with the text of its manual page.</summary>
sealed class Manual(string name, string summary) : Command(name, summary)
{
    /// <summary>What stands behind the name in the synopsis.</summary>
    public required string Synopsis { get; init; }

    /// <summary>What the command does, in paragraphs.</summary>
    public required string[] Details { get; init; }

    /// <summary>Commands worth copying, each with what it is for.</summary>
    public required (string For, string Command)[] Examples { get; init; }

    /// <summary>The exit codes that the command can end with besides 0 and 2.</summary>
    public int[] Exits { get; init; } = [ExitCode.Failed, ExitCode.NoAgent];

    /// <summary>The command takes credentials.</summary>
    public bool TakesCredentials { get; init; }
}
