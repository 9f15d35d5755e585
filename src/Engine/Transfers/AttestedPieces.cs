using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>Hashes of pieces that members attest, where no manifest proves them. Owned by the transfer's loop.</summary>
/// <remarks>
/// A piece can be proved where all who spoke of it agree. Where two differ one of them is wrong, and who cannot be told before the origin gave
/// the piece: until then nobody's bytes for it are taken. Whoever contradicts itself, or what the origin has shown, is a liar, and none of its
/// words counts any more. In the end the digest of the whole decides over all of them.
/// </remarks>
sealed class AttestedPieces
{
    /// <summary>Members that are heard about one piece: more of them know no more.</summary>
    public const int WordsPerPieceMax = 8;

    /// <summary>Members that are heard at all: more than a swarm has. Whoever has the group's key can make up any number of them.</summary>
    public const int SignersMax = 1024;

    readonly Dictionary<int, List<Word>> _words = []; // those of liars, too
    readonly Dictionary<int, PieceHash> _truths = [];
    readonly HashSet<PeerId> _signers = [];
    readonly HashSet<PeerId> _liars = [];

    /// <summary>The hash that a piece should have: as the origin showed, else as all members say that spoke of it; or null.</summary>
    public PieceHash? HashOf(PieceIndex piece)
    {
        if (_truths.TryGetValue(piece.Value, out var truth))
            return truth;
        PieceHash? agreed = null;
        foreach (var word in WordsOf(piece))
        {
            if (_liars.Contains(word.Signer))
                continue;
            if (agreed is { } hash && hash != word.Hash)
                return null;
            agreed = word.Hash;
        }
        return agreed;
    }

    /// <summary>Members differ about a piece, and the origin has not shown it yet.</summary>
    public bool IsContested(PieceIndex piece) => HashOf(piece) is null && WordsOf(piece).Exists(word => !_liars.Contains(word.Signer));

    /// <summary>Some member, be it a liar, said that a piece has this hash.</summary>
    public bool IsSaid(PieceIndex piece, PieceHash hash) => WordsOf(piece).Exists(word => word.Hash == hash);

    /// <summary>The only one who spoke of a piece, or null.</summary>
    public PeerId? OnlySignerOf(PieceIndex piece) => WordsOf(piece) is [var word] ? word.Signer : null;

    /// <summary>The member was found out.</summary>
    public bool IsLiar(PeerId signer) => _liars.Contains(signer);

    List<Word> WordsOf(PieceIndex piece) => _words.GetValueOrDefault(piece.Value, Nothing);

    static List<Word> Nothing { get; } = [];

    /// <summary>Takes the word of a member; returns the pieces of which it changes what can be proved.</summary>
    /// <param name="attest">The word.</param>
    /// <param name="lie">A piece of which the signer says what is wrong for sure, or null.</param>
    public IReadOnlyList<PieceIndex> Add(PeerMessage.Attest attest, out PieceIndex? lie)
    {
        lie = null;
        var signer = PeerId.Of(attest.SignerKey);
        if (IsLiar(signer) || (!_signers.Contains(signer) && _signers.Count == SignersMax))
            return [];
        _signers.Add(signer);
        var changed = new List<PieceIndex>();
        foreach (var (piece, hash) in attest.Pieces)
        {
            if (_truths.TryGetValue(piece.Value, out var truth) && truth != hash)
                lie ??= piece;
            var words = WordsOf(piece);
            var known = words.FindIndex(word => word.Signer == signer);
            if (known >= 0 && words[known].Hash != hash)
                lie ??= piece;
            if (known >= 0 || words.Count == WordsPerPieceMax)
                continue;
            var before = HashOf(piece);
            if (words.Count == 0)
                _words[piece.Value] = words = new List<Word>(1);
            words.Add(new Word(hash, signer));
            if (HashOf(piece) != before)
                changed.Add(piece);
        }
        return changed;
    }

    /// <summary>The origin gave a piece, and this is its hash; returns who had said otherwise.</summary>
    public IReadOnlyList<PeerId> Show(PieceIndex piece, PieceHash hash)
    {
        _truths[piece.Value] = hash;
        return [.. WordsOf(piece).Where(word => word.Hash != hash && !_liars.Contains(word.Signer)).Select(word => word.Signer)];
    }

    /// <summary>The member lied: none of its words counts any more. Returns all the pieces of which it spoke.</summary>
    public IReadOnlyList<PieceIndex> Distrust(PeerId signer)
    {
        _liars.Add(signer);
        return [.. from said in _words where said.Value.Exists(word => word.Signer == signer) select new PieceIndex(said.Key)];
    }

    /// <summary>Members who said of a piece what it turned out not to be, each with the first such piece.</summary>
    public IEnumerable<(PeerId Signer, PieceIndex Piece)> Lies(Func<PieceIndex, PieceHash> truth) =>
        from said in _words
        from word in said.Value
        where word.Hash != truth(new PieceIndex(said.Key))
        group said.Key by word.Signer into lies
        select (lies.Key, new PieceIndex(lies.Min()));

    /// <param name="Hash">Of the piece, as is said.</param>
    /// <param name="Signer">Who says so.</param>
    readonly record struct Word(PieceHash Hash, PeerId Signer);
}
