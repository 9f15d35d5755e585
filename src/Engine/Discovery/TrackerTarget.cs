using System.Net;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>A tracker, and who this agent is to it.</summary>
/// <param name="Address">The tracker's address, without the path of the call.</param>
/// <param name="Self">Who this agent is.</param>
/// <param name="Port">Where it takes connections.</param>
sealed record TrackerTarget(Uri Address, PeerId Self, int Port)
{
    /// <summary>The group's id and token, as a tracker asks for them; null for an agent without a group.</summary>
    public (string Id, string Token)? Group { get; init; }

    /// <summary>The addresses of this machine at present.</summary>
    public Func<IReadOnlyList<IPAddress>> Addresses { get; init; } = () => [];

    /// <summary>The place that this agent is at, as its administrator calls it.</summary>
    public string? Site { get; init; }

    /// <summary>Peers from outside of the own subnet are not wanted (DORestrictPeerSelectionBy).</summary>
    public bool IsRestrictedToSubnet { get; init; }
}

/// <summary>An agent's part in a swarm, as a tracker is told of it.</summary>
/// <param name="LeftBytes">Bytes that are missing, but for what <see cref="Totals"/> tells; 0 is who has all.</param>
/// <param name="Mode">Whom it exchanges pieces with.</param>
/// <param name="Wanted">How many peers it would like to hear of; at most <see cref="TrackerLimits.WantedMax"/>.</param>
sealed record TrackerPart(long LeftBytes, TrackerMode Mode, int Wanted)
{
    /// <summary>What it has moved, asked when it is told.</summary>
    public Func<TrackerTotals> Totals { get; init; } = static () => default;
}

/// <summary>What an agent has and has moved of a content since it is in the swarm.</summary>
/// <param name="ContentBytes">How long it is.</param>
/// <param name="HaveBytes">Bytes of the pieces that are here.</param>
/// <param name="DownloadedBytes">Bytes of pieces that came since, from anyone, and were kept.</param>
/// <param name="FromOriginBytes">What origins sent, that of no use included.</param>
/// <param name="UploadedBytes">What was given to peers.</param>
readonly record struct TrackerTotals(long ContentBytes, long HaveBytes, long DownloadedBytes, long FromOriginBytes, long UploadedBytes);

/// <summary>Whom an agent exchanges pieces with, in the words of trackers.</summary>
enum TrackerMode
{
    /// <summary>Those behind the same public address.</summary>
    Lan,

    /// <summary>Those of its group.</summary>
    Group,

    /// <summary>All of the swarm.</summary>
    Internet,
}
