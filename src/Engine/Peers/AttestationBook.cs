using System.Collections.Concurrent;
using Haul.Engine.Pieces;

namespace Haul.Engine.Peers;

/// <summary>The words of members about the pieces of one content, each as it came, so that it can be passed on. Any thread.</summary>
sealed class AttestationBook
{
    readonly ConcurrentDictionary<int, PeerMessage.Attest> _byPiece = [];

    /// <summary>Keeps the first word about each piece.</summary>
    public void Add(PeerMessage.Attest attest)
    {
        foreach (var (piece, _) in attest.Pieces)
            _byPiece.TryAdd(piece.Value, attest);
    }

    /// <summary>Puts a word in the place of those that were there.</summary>
    public void Replace(PeerMessage.Attest attest)
    {
        foreach (var (piece, _) in attest.Pieces)
            _byPiece[piece.Value] = attest;
    }

    /// <summary>Forgets what was said of a piece: it turned out false.</summary>
    public void Remove(PieceIndex piece) => _byPiece.TryRemove(piece.Value, out _);

    /// <summary>The word about a piece, or null.</summary>
    public PeerMessage.Attest? Find(PieceIndex piece) => _byPiece.GetValueOrDefault(piece.Value);

    /// <summary>All words, each once.</summary>
    public IEnumerable<PeerMessage.Attest> All => _byPiece.Values.Distinct(ReferenceEqualityComparer.Instance).Cast<PeerMessage.Attest>();
}
