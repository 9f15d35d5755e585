using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Store;

namespace Haul.Engine;

/// <summary>What an engine stands on: the five seams, its state's place and its policy.</summary>
sealed record EngineParts
{
    public required TimeProvider Time { get; init; }

    public required IDisk Disk { get; init; }

    public required HttpOpener OpenHttp { get; init; }

    public required Workers Workers { get; init; }

    public required Random Random { get; init; }

    public required JobStore Store { get; init; }

    /// <summary>Where it is kept what was seen to stand in files, or null.</summary>
    public Checkpoints? Checkpoints { get; init; }

    /// <summary>The way to other agents, or null.</summary>
    public PeerParts? Peers { get; init; }

    public Func<Policy> Policy { get; init; } = () => Default;

    static readonly Policy Default = new();
}
