using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>Pieces of an earlier run that others want are read back although earlier ones are missing.</summary>
public sealed class ContentHasherAheadTests
{
    static readonly byte[] _content = FakeOrigin.Content(100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_are_read_back_whatever_their_turn(bool isWholeHashed)
    {
        var rig = RigOf(isWholeHashed);
        rig.Recall([0, 1, 4, 7, 8]);
        Assert.Null(rig.Hasher.Ahead);

        rig.Hasher.ReadAhead();

        Assert.Equal(2, rig.Hasher.HashedPieces);
        Assert.Equal([4, 7, 8], rig.Hasher.Ahead!.Select(piece => piece.Value).Order());
        rig.Offer([2, 3, 5, 6, 9]);
        Assert.Equal(isWholeHashed ? [SHA256.HashData(_content)] : [], Assert.Single(rig.Reports).Digests!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_is_not_there_is_lost_at_once_and_then_repaired(bool isWholeHashed)
    {
        var rig = RigOf(isWholeHashed);
        rig.Scribble([7]);
        rig.Recall([4, 7, 8]);

        rig.Hasher.ReadAhead();

        Assert.Equal(new PieceIndex(7), Assert.Single(rig.Reports).Lost);
        Assert.Equal([4, 8], rig.Hasher.Ahead!.Select(piece => piece.Value).Order());
        rig.Offer([0, 1, 2, 3, 5, 6, 9]);
        Assert.Single(rig.Reports);
        rig.Offer([7]);
        Assert.Equal(isWholeHashed ? [SHA256.HashData(_content)] : [], rig.Reports[1].Digests!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_is_not_there_and_whose_turn_comes_while_it_is_read_is_lost_too(bool isWholeHashed)
    {
        var rig = RigOf(isWholeHashed);
        rig.Scribble([7]);
        rig.Offer([0, 1, 2, 3, 4, 5]);
        rig.Recall([7]);
        var isFirst = true;
        rig.Disk.Refuses = (call, _) =>
        {
            // The piece before it comes while it is read.
            if (call == DiskCall.Read && isFirst)
            {
                isFirst = false;
                rig.Offer([6], mayRepair: false);
            }
            return null;
        };

        rig.Hasher.ReadAhead();
        rig.Disk.Refuses = static (_, _) => null;

        Assert.Equal(new PieceIndex(7), Assert.Single(rig.Reports).Lost);
        Assert.Empty(rig.Hasher.Ahead!);
        rig.Offer([7, 8, 9]);
        Assert.Equal(isWholeHashed ? [SHA256.HashData(_content)] : [], rig.Reports[^1].Digests!);
    }

    [Fact]
    public void A_disk_that_fails_ends_it()
    {
        var rig = RigOf(isWholeHashed: true);
        rig.Disk.Refuses = (call, _) => call == DiskCall.Read ? new Failure(HResults.ERROR_READ_FAULT, "The disk is broken") : null;
        rig.Recall([4]);

        rig.Hasher.ReadAhead();

        Assert.Equal(HResults.ERROR_READ_FAULT, Assert.Single(rig.Reports).Failure!.Code);
    }

    static HasherRig RigOf(bool isWholeHashed) => new(_content, 10, digests: isWholeHashed ? [HashAlgorithmName.SHA256] : []);
}
