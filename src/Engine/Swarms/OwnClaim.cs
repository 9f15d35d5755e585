using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>A slice that this agent fetches.</summary>
sealed class OwnClaim
{
    /// <summary>It was left to peers, and ends.</summary>
    public bool IsLeft { get; set; }

    /// <summary>It was begun although peers have it, since they bring too little: it is not left to them.</summary>
    public required bool DespitePeers { get; init; }

    /// <summary>The pieces are wanted of the origin, whoever has or claims them: no other's claim ends it.</summary>
    public bool IsOfOrigin { get; init; }

    public required int First { get; init; }
    public required int End { get; init; }
    public required TimeSpan Since { get; init; }
    public required TimeSpan RenewedAt { get; set; }
    public long DoneBytes { get; set; }
    public long ToldBytes { get; set; }
    public List<PieceIndex> Lost { get; } = [];
}
