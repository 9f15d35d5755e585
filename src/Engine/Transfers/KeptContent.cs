using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;

namespace Haul.Engine.Transfers;

/// <summary>A content that is complete and proved, for whoever keeps it for peers.</summary>
/// <param name="Seat">The place in its swarm, which goes on giving.</param>
/// <param name="File">The open file that it gives from.</param>
/// <param name="Path">Where the file is now.</param>
/// <param name="Owner">Whose file it is.</param>
/// <param name="Hashes">Of its pieces.</param>
sealed record KeptContent(SwarmSeat Seat, IDiskFile File, string Path, Caller Owner, IReadOnlyList<PieceHash> Hashes);
