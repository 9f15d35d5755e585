using Haul.Engine.Peers;
using Haul.Engine.Pieces;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Words about many pieces: few enough to be told to whoever comes late.</summary>
public sealed class OwnWordsTests : IDisposable
{
    const int Pieces = 5000;

    readonly PeerIdentity _signer = PeerExamples.Identity(1);
    readonly GroupKey _group = PeerExamples.Group();
    readonly SwarmSeat _seat;
    readonly OwnWords _words;

    public OwnWordsTests()
    {
        _seat = new SwarmSeat(_group.SwarmOf(PeerExamples.Content), new PieceLayout((long)Pieces << 20), static () => null) { Group = _group, WantsAttestations = true };
        _words = new OwnWords(_seat, _signer, _group);
    }

    public void Dispose() => _signer.Dispose();

    [Fact]
    public void Each_piece_is_attested_at_once()
    {
        foreach (var piece in new[] { 7, 3, 12 })
        {
            Speak(piece);
            Assert.Contains(new AttestedPiece(new PieceIndex(piece), HashOf(piece)), _seat.Attestations.Find(new PieceIndex(piece))!.Pieces);
        }
    }

    [Fact]
    public void Of_very_many_pieces_there_are_few_words_that_all_hold()
    {
        // From back to front, and some of them twice: a word names its pieces in their order.
        for (var piece = Pieces - 1; piece >= 0; piece--)
        {
            Speak(piece);
            if (piece % 100 == 0)
                Speak(piece);
        }

        var words = _seat.Attestations.All.ToArray();

        Assert.InRange(words.Length, 1, Pieces / OwnWords.BatchPieces + OwnWords.BatchPieces);
        Assert.All(words, word => Assert.True(Attestation.Holds(word, _seat.Swarm, _group)));
        Assert.All(words, word => Assert.True(PeerCodec.Read(PeerMessageKind.Attest, PeerCodec.Write(word).AsSpan(PeerFrame.HeadBytes)).Succeeded));
        Assert.Equal(Pieces, words.SelectMany(word => word.Pieces).Select(each => each.Piece).Distinct().Count());
    }

    [Fact]
    public void Who_was_told_single_words_keeps_the_one_that_takes_their_place()
    {
        var book = new AttestationBook(Pieces);
        for (var piece = 0; piece < OwnWords.BatchPieces; piece++)
        {
            Speak(piece);
            book.Add(_seat.Attestations.Find(new PieceIndex(piece))!);
        }

        Assert.Single(book.All);
    }

    [Fact]
    public void What_says_nothing_new_is_known()
    {
        Speak(1);
        var word = _seat.Attestations.Find(new PieceIndex(1))!;
        var book = new AttestationBook(Pieces);

        Assert.False(book.Knows(word));
        book.Add(word);
        Assert.True(book.Knows(word with { Channel = 9 }));
        Assert.False(book.Knows(Attestation.Make(0, _seat.Swarm, [new AttestedPiece(new PieceIndex(1), HashOf(2))], _signer, _group)));
        using var other = PeerExamples.Identity(2);
        Assert.False(book.Knows(Attestation.Make(0, _seat.Swarm, [new AttestedPiece(new PieceIndex(1), HashOf(1))], other, _group)));
    }

    [Fact]
    public void What_a_manifest_proves_is_attested_once_someone_wants_it_and_many_pieces_at_once()
    {
        var seat = new SwarmSeat(_seat.Swarm, _seat.Layout, static () => null) { Group = _group };
        var words = new OwnWords(seat, _signer, _group, static piece => HashOf(piece.Value));
        for (var piece = 0; piece < 1000; piece++)
            Store(piece);

        Assert.Empty(seat.Attestations.All);

        Assert.True(words.Begin());
        Assert.Equal(2, seat.Attestations.All.Count());
        for (var piece = 2000; piece < 2000 + OwnWords.BatchPieces; piece++)
            Store(piece);
        Assert.False(words.Begin());

        Assert.Equal(3, seat.Attestations.All.Count());
        Assert.Equal([.. Enumerable.Range(0, 1000), .. Enumerable.Range(2000, OwnWords.BatchPieces)], seat.Attestations.All.SelectMany(word => word.Pieces).Select(each => each.Piece.Value).Order());
        Assert.All(seat.Attestations.All.SelectMany(word => word.Pieces), each => Assert.Equal(HashOf(each.Piece.Value), each.Hash));
        Assert.All(seat.Attestations.All, word => Assert.True(Attestation.Holds(word, seat.Swarm, _group)));

        void Store(int piece)
        {
            seat.Add(new PieceIndex(piece));
            words.Vouch([new PieceIndex(piece)]);
        }
    }

    [Fact]
    public void Who_keeps_a_content_that_is_proved_wants_no_words_any_more()
    {
        Assert.Equal(MetaFlags.WantsAttestations, _seat.Meta(1).Flags & MetaFlags.WantsAttestations);

        _seat.Kept = new KeptPieces(Hashes: null);

        Assert.Equal((MetaFlags)0, _seat.Meta(1).Flags & MetaFlags.WantsAttestations);
    }

    [Fact]
    public void What_a_manifest_says_that_nobody_stands_for_is_not_attested()
    {
        _seat.Add(new PieceIndex(0));
        Assert.False(_words.Begin());
        _words.Vouch([new PieceIndex(0), new PieceIndex(1)]);

        Assert.Empty(_seat.Attestations.All);
    }

    void Speak(int piece) => _words.Speak(new PieceIndex(piece), HashOf(piece));

    static PieceHash HashOf(int piece) => PieceHash.Of(BitConverter.GetBytes(piece));
}
