using System.Collections.Concurrent;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>The words of members about the pieces of one content, each as it came, so that it can be passed on. Any thread.</summary>
/// <param name="pieceCount">Pieces of the content.</param>
sealed class AttestationBook(int pieceCount)
{
    /// <summary>Lines in the words that are kept, for each piece: whoever says all anew for every single piece is heard for the first few.</summary>
    const int LinesPerPieceMax = 8;

    readonly ConcurrentDictionary<int, PeerMessage.Attest> _byPiece = [];
    long _lines;

    /// <summary>It says nothing new: there is such a word of the same member about each of its pieces.</summary>
    public bool Knows(PeerMessage.Attest attest)
    {
        foreach (var (piece, hash) in attest.Pieces)
        {
            if (Find(piece) is not { } known || known.Pieces.Length < attest.Pieces.Length || !IsSame(known, attest, piece, hash))
                return false;
        }
        return true;
    }

    static bool IsSame(PeerMessage.Attest known, PeerMessage.Attest attest, PieceIndex piece, PieceHash hash) =>
        known.SignerKey.AsSpan().SequenceEqual(attest.SignerKey) && known.Pieces.Any(each => each.Piece == piece && each.Hash == hash);

    /// <summary>Keeps the first word about each piece, until its signer says the same of more pieces in one.</summary>
    public void Add(PeerMessage.Attest attest)
    {
        if (Volatile.Read(ref _lines) + attest.Pieces.Length > LinesMax)
            return;
        var isKept = false;
        foreach (var (piece, hash) in attest.Pieces)
        {
            var kept = _byPiece.GetOrAdd(piece.Value, attest);
            if (kept.Pieces.Length < attest.Pieces.Length && IsSame(kept, attest, piece, hash))
                _byPiece[piece.Value] = kept = attest;
            isKept |= ReferenceEquals(kept, attest);
        }
        if (isKept)
            Interlocked.Add(ref _lines, attest.Pieces.Length);
    }

    long LinesMax => (long)LinesPerPieceMax * pieceCount + PeerLimits.AttestedPiecesMax;

    /// <summary>Puts a word in the place of those that were there.</summary>
    public void Replace(PeerMessage.Attest attest)
    {
        foreach (var (piece, _) in attest.Pieces)
            _byPiece[piece.Value] = attest;
    }

    /// <summary>Nothing that a member said is passed on any more.</summary>
    public void Remove(PeerId signer)
    {
        foreach (var (piece, word) in _byPiece)
        {
            if (PeerId.Of(word.SignerKey) == signer)
                _byPiece.TryRemove(new KeyValuePair<int, PeerMessage.Attest>(piece, word));
        }
        // A liar that has said all that may be said leaves room for others.
        Volatile.Write(ref _lines, All.Sum(word => (long)word.Pieces.Length));
    }

    /// <summary>The word about a piece, or null.</summary>
    public PeerMessage.Attest? Find(PieceIndex piece) => _byPiece.GetValueOrDefault(piece.Value);

    /// <summary>All words, each once.</summary>
    public IEnumerable<PeerMessage.Attest> All => _byPiece.Values.Distinct(ReferenceEqualityComparer.Instance).Cast<PeerMessage.Attest>();
}
