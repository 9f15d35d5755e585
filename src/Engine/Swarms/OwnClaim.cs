using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>A slice that this agent fetches.</summary>
sealed class OwnClaim
{
    /// <summary>It was left to peers, and ends.</summary>
    public bool IsLeft { get; set; }

    public required int First { get; init; }
    public required int End { get; init; }
    public required TimeSpan Since { get; init; }
    public required TimeSpan RenewedAt { get; set; }
    public long DoneBytes { get; set; }
    public long ToldBytes { get; set; }
    public List<PieceIndex> Lost { get; } = [];
}
