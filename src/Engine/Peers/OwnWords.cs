using Haul.Engine.Pieces;

namespace Haul.Engine.Peers;

/// <summary>What this agent attests of one content: a word for each piece at once, and one for many of them later on. One user at a time.</summary>
/// <remarks>
/// Whoever comes late is told all words. Of a content of 30 GiB, one for each piece would be more than a connection's line holds, and a second
/// of checking signatures; so every <see cref="BatchPieces"/> of them give way to a single one.
/// </remarks>
sealed class OwnWords(SwarmSeat seat, PeerIdentity own, GroupKey group)
{
    /// <summary>Pieces of a word that takes the place of several: with 50 members, some 1,600 words stand alone.</summary>
    public const int BatchPieces = 64;

    readonly List<AttestedPiece> _alone = [];

    /// <summary>Attests a piece that came from the origin; what others said of it does not count any more.</summary>
    public void Speak(PieceIndex piece, PieceHash hash)
    {
        _alone.Add(new AttestedPiece(piece, hash));
        if (_alone.Count < BatchPieces)
        {
            seat.Attestations.Replace(Attestation.Make(0, seat.Swarm, [_alone[^1]], own, group));
            return;
        }
        AttestedPiece[] pieces = [.. _alone.DistinctBy(each => each.Piece).OrderBy(each => each.Piece.Value)];
        seat.Attestations.Replace(Attestation.Make(0, seat.Swarm, pieces, own, group));
        _alone.Clear();
    }
}
