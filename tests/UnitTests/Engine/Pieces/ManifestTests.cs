using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>What a manifest proves, of whole files and of ranges.</summary>
public sealed class ManifestTests
{
    const int MiB = PieceLayout.StandardPieceSize;

    [Fact]
    public void The_hash_of_hashes_is_the_sha256_of_all_piece_hashes()
    {
        var content = FakeOrigin.Content(MiB + 5);
        byte[] hashes = [.. SHA256.HashData(content.AsSpan(0, MiB)), .. SHA256.HashData(content.AsSpan(MiB))];

        Assert.Equal(PieceHash.Read(SHA256.HashData(hashes)), Manifest.Of(content).HashOfHashes);
        Assert.Equal(PieceHash.Of([]), Manifest.Of([]).HashOfHashes);
    }

    [Fact]
    public void It_proves_its_own_pieces_and_no_others()
    {
        var manifest = Manifest.Of(FakeOrigin.Content(MiB + 5));

        Assert.True(manifest.Proves(new PieceIndex(1), manifest.Hashes[1]));
        Assert.False(manifest.Proves(new PieceIndex(0), manifest.Hashes[1]));
        Assert.False(manifest.Proves(new PieceIndex(2), manifest.Hashes[1]));
        Assert.False(manifest.Proves(new PieceIndex(-1), manifest.Hashes[1]));
    }

    [Theory]
    [InlineData(8 << 10, false)]
    [InlineData(16 << 10, true)]
    [InlineData((16 << 10) + 1, false)]
    [InlineData(3 << 15, false)]
    [InlineData(512 << 10, true)]
    [InlineData(1 << 20, true)]
    [InlineData(2 << 20, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void Pieces_are_powers_of_two_up_to_our_own(long size, bool isFine) => Assert.Equal(isFine, Manifest.IsPieceSize(size));

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(16 << 10)]
    public void A_whole_file_is_held_against_it_piece_by_piece(int size)
    {
        var content = FakeOrigin.Content(2 * MiB + 100_000);
        var proof = PieceProof.Of(Manifest.Of(content, size), []).Value!;

        for (var i = 0; i < 3; i++)
        {
            var bytes = content.AsSpan(i * MiB, Math.Min(MiB, content.Length - i * MiB)).ToArray();
            Assert.True(proof.Holds(new PieceIndex(i), PieceHash.Of(bytes), bytes));
            Assert.True(proof.MayHold(new PieceIndex(i), PieceHash.Of(bytes)));
            bytes[^1] ^= 1;
            Assert.False(proof.Holds(new PieceIndex(i), PieceHash.Of(bytes), bytes));
            Assert.Equal(size != MiB, proof.MayHold(new PieceIndex(i), PieceHash.Of(bytes)));
            Assert.False(proof.Holds(new PieceIndex(i), PieceHash.Of(bytes.AsSpan(1)), bytes.AsSpan(1)));
        }
        Assert.False(proof.Holds(new PieceIndex(3), PieceHash.Of([]), []));
        Assert.False(proof.MayHold(new PieceIndex(9), PieceHash.Of([])));
    }

    [Fact]
    public void Ranges_of_whole_pieces_are_held_against_it_where_they_are_written()
    {
        var content = FakeOrigin.Content(3 * MiB + 7);
        var proof = PieceProof.Of(Manifest.Of(content, 512 << 10), [new ByteRange(2 * MiB, MiB / 2), new ByteRange(3 * MiB, ByteRange.ToEndOfFile)]).Value!;
        byte[] local = [.. content.AsSpan(2 * MiB, MiB / 2), .. content.AsSpan(3 * MiB)];

        Assert.True(proof.Holds(new PieceIndex(0), PieceHash.Of(local), local));
        local[MiB / 2] ^= 1;
        Assert.False(proof.Holds(new PieceIndex(0), PieceHash.Of(local), local));
    }

    public static TheoryData<ulong, ulong, ulong, ulong, string> Cutting => new()
    {
        { 1, MiB, 2 * MiB, MiB, nameof(DO_E_DOWNLOAD_RANGES_UNEXPECTED) },
        { 0, 100, 2 * MiB, MiB, nameof(DO_E_DOWNLOAD_RANGES_UNEXPECTED) },
        { 3 * MiB, 7, 0, MiB, nameof(DO_E_DOWNLOAD_RANGES_UNEXPECTED) }, // right by itself, and moves what follows off its place
        { 0, MiB, 4 * MiB, MiB, nameof(DO_E_INVALID_RANGE) },
        { 0, MiB, 3 * MiB, 7, nameof(S_OK) },
        { 0, MiB, 3 * MiB, ByteRange.ToEndOfFile, nameof(S_OK) },
    };

    [Theory]
    [MemberData(nameof(Cutting))]
    public void Ranges_that_cut_through_pieces_cannot_be_checked(ulong first, ulong length, ulong second, ulong secondLength, string code) =>
        Assert.Equal(FromName(code), PieceProof.Of(Manifest.Of(FakeOrigin.Content(3 * MiB + 7)), [new ByteRange(first, length), new ByteRange(second, secondLength)]).Code);
}
