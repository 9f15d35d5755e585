using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>Hashes of pieces that members attest, where no manifest proves them. Owned by the transfer's loop.</summary>
/// <remarks>
/// The first word about a piece counts. Where two differ one of the signers is wrong, and who cannot be told before the piece was fetched from
/// the origin: until then nobody's bytes for it are taken. Whoever contradicts itself, or what the origin has shown, is wrong for sure, and
/// changes nothing. In the end the digest of the whole decides over all of them.
/// </remarks>
sealed class AttestedPieces
{
    readonly Dictionary<int, (PieceHash Hash, PeerId? Signer)> _words = [];
    readonly Dictionary<int, PeerLink> _suspects = [];
    readonly HashSet<int> _doubted = [];
    readonly Dictionary<int, List<PeerId>> _waiting = [];

    /// <summary>Bytes for it can be proved.</summary>
    public bool Knows(PieceIndex piece) => HashOf(piece) is not null;

    /// <summary>The hash that it should have, or null.</summary>
    public PieceHash? HashOf(PieceIndex piece) => _words.TryGetValue(piece.Value, out var word) && !_doubted.Contains(piece.Value) ? word.Hash : null;

    /// <summary>Who said so, or null.</summary>
    public PeerId? SignerOf(PieceIndex piece) => _words.TryGetValue(piece.Value, out var word) ? word.Signer : null;

    /// <summary>A peer has a piece whose hash is not known yet.</summary>
    public void Await(PieceIndex piece, PeerId peer)
    {
        if (!_waiting.TryGetValue(piece.Value, out var peers))
            _waiting.Add(piece.Value, peers = []);
        if (!peers.Contains(peer))
            peers.Add(peer);
    }

    /// <summary>Takes the word of a member; returns who has the pieces of which the hash is known now.</summary>
    /// <param name="attest">The word.</param>
    /// <param name="lie">A piece of which the signer says what is wrong for sure, or null.</param>
    public IEnumerable<(PieceIndex Piece, PeerId Peer)> Add(PeerMessage.Attest attest, out PieceIndex? lie)
    {
        lie = null;
        var signer = PeerId.Of(attest.SignerKey);
        var known = new List<(PieceIndex, PeerId)>();
        foreach (var (piece, hash) in attest.Pieces)
        {
            if (!_words.TryAdd(piece.Value, (hash, signer)))
            {
                var (first, said) = _words[piece.Value];
                if (first != hash && (said is null || said == signer))
                    lie ??= piece;
                else if (first != hash)
                    _doubted.Add(piece.Value);
                continue;
            }
            if (_waiting.Remove(piece.Value, out var peers))
                known.AddRange(peers.Select(peer => (piece, peer)));
        }
        return known;
    }

    /// <summary>Members who said of a piece what it turned out not to be, each with the first such piece.</summary>
    public IEnumerable<(PeerId Signer, PieceIndex Piece)> Lies(Func<PieceIndex, PieceHash> truth) =>
        from word in _words
        let piece = new PieceIndex(word.Key)
        where word.Value.Signer is not null && word.Value.Hash != truth(piece)
        group piece by word.Value.Signer!.Value into lies
        select (lies.Key, lies.MinBy(piece => piece.Value));

    /// <summary>Bytes with another hash came: either they or the word are false.</summary>
    public void Suspect(PieceIndex piece, PeerLink bringer)
    {
        _doubted.Add(piece.Value);
        _suspects[piece.Value] = bringer;
    }

    /// <summary>The origin gave the piece, and this is its hash; returns what had been said of it, and by whom, or null.</summary>
    public Suspicion? Correct(PieceIndex piece, PieceHash hash)
    {
        Suspicion? suspicion = _words.TryGetValue(piece.Value, out var word) ? new Suspicion(word.Hash, word.Signer, _suspects.GetValueOrDefault(piece.Value)) : null;
        _words[piece.Value] = (hash, null);
        _doubted.Remove(piece.Value);
        _suspects.Remove(piece.Value);
        return suspicion;
    }
}

/// <summary>What had been said of a piece before the origin gave it.</summary>
/// <param name="Attested">The hash that was attested.</param>
/// <param name="Signer">Who attested it; null for the origin itself.</param>
/// <param name="Bringer">Whose bytes did not have it, or null.</param>
sealed record Suspicion(PieceHash Attested, PeerId? Signer, PeerLink? Bringer);
