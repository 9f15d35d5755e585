using Haul.Engine.Pieces;

namespace Haul.Engine.Peers;

/// <summary>What this agent attests of one content: a word for each piece at once, and one for many of them later on. One user at a time.</summary>
/// <remarks>
/// Whoever comes late is told all words. Of a content of 30 GiB, one for each piece would be more than a connection's line holds, and a second
/// of checking signatures; so every <see cref="BatchPieces"/> of them give way to a single one. What others brought, and a manifest proved, is attested
/// once someone comes who has no manifest: many pieces in one word, as every member that has them gives its own.
/// </remarks>
/// <param name="seat">Of which content.</param>
/// <param name="own">Who speaks.</param>
/// <param name="group">To whom.</param>
/// <param name="hashOf">The hash of a piece that is here, by a manifest that this agent's caller stands for; null where there is none.</param>
sealed class OwnWords(SwarmSeat seat, PeerIdentity own, GroupKey group, Func<PieceIndex, PieceHash>? hashOf = null)
{
    /// <summary>Pieces of a word that takes the place of several: with 50 members, some 1,600 words stand alone.</summary>
    public const int BatchPieces = 64;

    readonly List<AttestedPiece> _alone = [];
    readonly List<PieceIndex> _proved = []; // since the last word about many
    bool _isWanted;

    /// <summary>Attests a piece that came from the origin; what others said of it does not count any more.</summary>
    public void Speak(PieceIndex piece, PieceHash hash)
    {
        _alone.Add(new AttestedPiece(piece, hash));
        if (_alone.Count < BatchPieces)
        {
            Say([_alone[^1]]);
            return;
        }
        Say([.. _alone.DistinctBy(each => each.Piece).OrderBy(each => each.Piece.Value)]);
        _alone.Clear();
    }

    /// <summary>Attests pieces that are here and that a manifest proved, wherever they came from; a single one together with others that follow.</summary>
    public void Vouch(IReadOnlyCollection<PieceIndex> pieces)
    {
        if (!_isWanted)
            return;
        _proved.AddRange(pieces);
        if (_proved.Count < BatchPieces && pieces.Count <= 1)
            return;
        foreach (var some in _proved.Distinct().OrderBy(piece => piece.Value).Chunk(PeerLimits.AttestedPiecesMax))
            Say([.. some.Select(piece => new AttestedPiece(piece, hashOf!(piece)))]);
        _proved.Clear();
    }

    /// <summary>Someone wants words: those on all pieces that are here are given. False where that says nothing new.</summary>
    public bool Begin()
    {
        if (hashOf is null || _isWanted)
            return false;
        _isWanted = true;
        Vouch([.. Enumerable.Range(0, seat.Layout.Count).Select(i => new PieceIndex(i)).Where(seat.Has)]);
        return true;
    }

    void Say(AttestedPiece[] pieces) => seat.Attestations.Replace(Attestation.Make(0, seat.Swarm, pieces, own, group));
}
