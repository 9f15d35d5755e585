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
    readonly AttestedPieces _pieces = new();

    public void Dispose()
    {
        _ann.Dispose();
        _bob.Dispose();
    }

    [Fact]
    public void Of_two_words_of_one_member_the_first_counts_and_the_member_lies()
    {
        Assert.Null(Lie(_ann, 1));
        Assert.Equal(_piece, Lie(_ann, 2));

        Assert.Equal(Hash(1), _pieces.HashOf(_piece));
        Assert.Equal(_ann.Id, _pieces.SignerOf(_piece));
    }

    [Fact]
    public void Of_two_members_either_may_lie_until_the_origin_has_told()
    {
        Assert.Null(Lie(_ann, 1));
        Assert.Null(Lie(_bob, 2));
        Assert.False(_pieces.Knows(_piece));

        Assert.Equal(new Suspicion(Hash(1), _ann.Id, null), _pieces.Correct(_piece, Hash(2)));

        Assert.Equal(Hash(2), _pieces.HashOf(_piece));
    }

    [Fact]
    public void What_the_origin_has_shown_is_not_doubted_again_whoever_says_otherwise()
    {
        Lie(_ann, 1);
        Lie(_bob, 2);
        _pieces.Correct(_piece, Hash(1));

        Assert.Equal(_piece, Lie(_bob, 2));
        Assert.Null(Lie(_bob, 1));

        Assert.Equal(Hash(1), _pieces.HashOf(_piece));
    }

    [Fact]
    public void Who_attested_what_the_origin_did_not_give_is_named_once_with_the_first_such_piece()
    {
        foreach (var piece in new[] { 5, 2, 9 })
            _ = _pieces.Add(new PeerMessage.Attest(0, _bob.PublicKey, [], [], [new AttestedPiece(new PieceIndex(piece), Hash(1))]), out _);
        Lie(_ann, 7);
        _pieces.Correct(new PieceIndex(2), Hash(7));

        Assert.Equal([(_bob.Id, new PieceIndex(5))], _pieces.Lies(_ => Hash(7)));
        Assert.Equal([(_ann.Id, _piece)], _pieces.Lies(_ => Hash(1)));
    }

    PieceIndex? Lie(PeerIdentity signer, byte hash)
    {
        _ = _pieces.Add(new PeerMessage.Attest(0, signer.PublicKey, [], [], [new AttestedPiece(_piece, Hash(hash))]), out var lie);
        return lie;
    }

    static PieceHash Hash(byte value) => PieceHash.Read(Enumerable.Repeat(value, 32).ToArray());
}
