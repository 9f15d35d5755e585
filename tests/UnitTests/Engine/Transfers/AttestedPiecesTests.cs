using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Transfers;
using Haul.UnitTests.Engine.Peers;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>Words of members about pieces, where some of them are lies.</summary>
public sealed class AttestedPiecesTests : IDisposable
{
    static readonly PieceIndex _piece = new(3);

    readonly PeerIdentity _ann = PeerExamples.Identity(1);
    readonly PeerIdentity _bob = PeerExamples.Identity(2);
    readonly PeerIdentity _eve = PeerExamples.Identity(3);
    readonly AttestedPieces _pieces = new();

    public void Dispose()
    {
        _ann.Dispose();
        _bob.Dispose();
        _eve.Dispose();
    }

    [Fact]
    public void Of_two_words_of_one_member_the_first_counts_and_the_member_lies()
    {
        Assert.Null(Lie(_ann, 1));
        Assert.Equal(_piece, Lie(_ann, 2));

        Assert.Equal(Hash(1), _pieces.HashOf(_piece));
        Assert.Equal(_ann.Id, _pieces.OnlySignerOf(_piece));
    }

    [Fact]
    public void Of_two_members_either_may_lie_until_the_origin_has_shown_it()
    {
        Assert.Equal([_piece], Say(_ann, 1));
        Assert.Equal([_piece], Say(_bob, 2));
        Assert.Null(_pieces.HashOf(_piece));
        Assert.True(_pieces.IsContested(_piece));
        Assert.Null(_pieces.OnlySignerOf(_piece));

        Assert.Equal([_ann.Id], _pieces.Show(_piece, Hash(2)));

        Assert.Equal(Hash(2), _pieces.HashOf(_piece));
        Assert.False(_pieces.IsContested(_piece));
    }

    [Fact]
    public void What_all_say_counts_and_a_word_more_that_agrees_changes_nothing()
    {
        Assert.Equal([_piece], Say(_ann, 1));
        Assert.Empty(Say(_bob, 1));

        Assert.Equal(Hash(1), _pieces.HashOf(_piece));
    }

    [Fact]
    public void What_the_origin_has_shown_is_not_doubted_again_whoever_says_otherwise()
    {
        Lie(_ann, 1);
        Lie(_bob, 2);
        _pieces.Show(_piece, Hash(1));

        Assert.Equal(_piece, Lie(_eve, 2));
        Assert.Null(Lie(_ann, 1));

        Assert.Equal(Hash(1), _pieces.HashOf(_piece));
    }

    [Fact]
    public void All_who_said_otherwise_are_found_out_at_once()
    {
        Lie(_ann, 1);
        Lie(_bob, 1);
        Lie(_eve, 2);

        Assert.Equal([_ann.Id, _bob.Id], _pieces.Show(_piece, Hash(2)));
    }

    [Fact]
    public void No_word_of_a_liar_counts_before_or_after()
    {
        Say(_ann, 1, 4);
        Say(_ann, 1);
        Say(_bob, 2);

        Assert.Equal([_piece, new PieceIndex(4)], _pieces.Distrust(_ann.Id).OrderBy(piece => piece.Value));

        Assert.Equal(Hash(2), _pieces.HashOf(_piece));
        Assert.Null(_pieces.HashOf(new PieceIndex(4)));
        Assert.False(_pieces.IsContested(new PieceIndex(4)));
        Assert.Empty(Say(_ann, 1, 5));
        Assert.True(_pieces.IsLiar(_ann.Id));
        Assert.False(_pieces.IsLiar(_bob.Id));
        // Whose bytes are what the liar said was misled by it.
        Assert.True(_pieces.IsSaid(_piece, Hash(1)));
    }

    [Fact]
    public void More_members_than_can_be_of_use_are_not_heard_about_a_piece()
    {
        for (var i = 0; i < AttestedPieces.WordsPerPieceMax; i++)
        {
            using var member = PeerExamples.Identity((byte)(10 + i));
            Say(member, 1);
        }

        Assert.Empty(Say(_bob, 2));
        Assert.Equal(Hash(1), _pieces.HashOf(_piece));
    }

    [Fact]
    public void Members_without_end_are_not_heard()
    {
        for (var i = 0; i < AttestedPieces.SignersMax; i++)
        {
            var key = new byte[91];
            BitConverter.TryWriteBytes(key, i);
            _pieces.Add(new PeerMessage.Attest(0, key, [], [], [new AttestedPiece(new PieceIndex(100 + i), Hash(1))]), out _);
        }

        Assert.Empty(Say(_ann, 1));
        Assert.Null(_pieces.HashOf(_piece));
    }

    [Fact]
    public void Who_attested_what_was_not_so_is_named_once_with_the_first_such_piece()
    {
        foreach (var piece in new[] { 5, 2, 9 })
            Say(_bob, 1, piece);
        Say(_ann, 7);

        Assert.Equal([(_bob.Id, new PieceIndex(2))], _pieces.Lies(_ => Hash(7)));
        Assert.Equal([(_ann.Id, _piece)], _pieces.Lies(_ => Hash(1)));
    }

    PieceIndex? Lie(PeerIdentity signer, byte hash)
    {
        _ = _pieces.Add(Word(signer, hash, _piece), out var lie);
        return lie;
    }

    IReadOnlyList<PieceIndex> Say(PeerIdentity signer, byte hash, int? piece = null) => _pieces.Add(Word(signer, hash, piece is { } other ? new PieceIndex(other) : _piece), out _);

    static PeerMessage.Attest Word(PeerIdentity signer, byte hash, PieceIndex piece) => new(0, signer.PublicKey, [], [], [new AttestedPiece(piece, Hash(hash))]);

    static PieceHash Hash(byte value) => PieceHash.Read(Enumerable.Repeat(value, 32).ToArray());
}
