using Haul.Protocol.Api;

namespace Haul.Cli.Gets;

/// <summary>What a get is asked for.</summary>
/// <param name="Files">The files, with full paths.</param>
/// <param name="Key">What makes it the same get as another one.</param>
/// <param name="Properties">The job's name, priority and patience.</param>
sealed record GetRequest(IReadOnlyList<AddFile> Files, GetKey Key, JobChange Properties)
{
    /// <summary>An agent may do the work.</summary>
    public bool MayUseAgent { get; init; } = true;

    /// <summary>Directories of files are made where they are missing.</summary>
    public bool MakesDirectories { get; init; }

    /// <summary>The command line that goes on with it; null where it holds a secret.</summary>
    public string? Command { get; init; }

    /// <summary>The words that tell a person how to go on.</summary>
    public string HowToResume => Command is null ? "to resume, give the same command again" : $"to resume: {Command}";
}
