using System.Security.Cryptography;
using CsCheck;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>The digest of a whole content where some pieces come false first.</summary>
public sealed class ContentHasherProofTests
{
    const string Temporary = "/files/.a.tmp";
    const int Count = 5;
    const int Size = PieceLayout.StandardPieceSize;

    static readonly byte[] _content = FakeOrigin.Content((Count - 1) * Size + 1234);
    static readonly PieceLayout _layout = new(_content.Length);

    // When each piece comes, whether it comes false first, and when it comes again.
    static readonly Gen<(int[] Keys, bool[] AreFalse, int[] Again)> _orders = Gen.Select(Gen.Int[0, 9].Array[Count], Gen.Bool.Array[Count], Gen.Int[0, 19].Array[Count]);

    readonly PieceBuffers _buffers = new();

    [Fact]
    public void A_false_piece_is_no_part_of_the_whole_and_each_is_reported_once() => _orders.Sample((keys, areFalse, again) =>
    {
        var disk = new FakeDisk();
        Assert.Null(disk.Open(new Caller(1000, 1000, "ann", false), Temporary, disk.Put(Temporary, [.. _content]), out var file));
        List<(int Piece, bool IsTrue)> pieces = [];
        List<ContentHashed> reports = [];
        var hasher = new ContentHasher(_layout, new PieceFile(file!), [HashAlgorithmName.SHA256], new Workers(onTheSpot: true), (piece, _, _, isTrue) => pieces.Add((piece.Value, isTrue)), reports.Add)
        {
            Proof = PieceProof.Of(Manifest.Of(_content), []).Value,
        };
        List<(int At, int Piece, bool IsTrue)> offers = [.. Enumerable.Range(0, Count).Select(piece => (keys[piece], piece, !areFalse[piece]))];
        offers.AddRange(offers.Where(offer => !offer.IsTrue).Select(offer => (offer.At + 1 + again[offer.Piece], offer.Piece, true)).ToArray());

        foreach (var (_, piece, isTrue) in offers.OrderBy(offer => offer.At))
        {
            // What stands in the file is as false as what was offered, until the true piece is written over it.
            if (!isTrue || areFalse[piece])
                disk.Scribble(Temporary, (int)_layout.OffsetOf(new PieceIndex(piece)));
            hasher.Offer(new PieceIndex(piece), BufferOf(piece, isTrue));
        }

        var wanted = offers.Select(offer => (offer.Piece, offer.IsTrue)).Order();
        return pieces.Order().SequenceEqual(wanted) && _buffers.InUse == 0 && reports.Single().Digests!.Single().SequenceEqual(SHA256.HashData(_content));
    }, iter: 60, threads: 1);

    PieceBuffer BufferOf(int piece, bool isTrue)
    {
        var buffer = _buffers.Take(_layout.LengthOf(new PieceIndex(piece)));
        _content.AsSpan((int)_layout.OffsetOf(new PieceIndex(piece)), buffer.Length).CopyTo(buffer.Memory.Span);
        buffer.Memory.Span[7] ^= (byte)(isTrue ? 0 : 1);
        return buffer;
    }
}
