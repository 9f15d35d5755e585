using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>A content that is complete and proved, for whoever keeps it for peers.</summary>
/// <param name="Content">Which.</param>
/// <param name="Seat">The place in its swarm, which goes on giving.</param>
/// <param name="File">The open file that it gives from; whoever keeps it closes it.</param>
/// <param name="Hashes">Of its pieces.</param>
sealed record KeptContent(ContentId Content, SwarmSeat Seat, LentFile File, IReadOnlyList<PieceHash> Hashes)
{
    /// <summary>A manifest proved its pieces, and not the words of members.</summary>
    public bool IsProvedByManifest { get; init; }

    /// <summary>It was fetched with credentials or cookies.</summary>
    public bool HasCredentials { get; init; }
}
