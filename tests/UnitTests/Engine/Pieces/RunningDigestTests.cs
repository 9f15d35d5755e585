using System.Security.Cryptography;
using CsCheck;
using Haul.Engine.Pieces;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>The hash of a content and those of its pieces, made in one pass.</summary>
public sealed class RunningDigestTests
{
    // Pieces of a few blocks, then a last one of any length.
    static readonly Gen<(int Blocks, int Pieces, int Last, int Seed)> _contents = Gen.Select(Gen.Int[1, 9], Gen.Int[0, 6], Gen.Int[0, 300], Gen.Int);

    static readonly Gen<int[]> _cuts = Gen.Int[0, 200].Array[0, 12];

    /// <summary>Both ways of hashing, where the processor and the build have both.</summary>
    public static TheoryData<bool> Ways => ShaKernel.IsUsable ? [false, true] : [false];

    [Theory, MemberData(nameof(Ways))]
    public void Each_piece_gets_its_own_hash_and_the_whole_its_digest(bool isNative) =>
        _contents.Sample((blocks, pieces, last, seed) =>
        {
            var size = blocks * ShaKernel.BlockSize;
            var content = FakeOrigin.Content(pieces * size + last, seed);
            using var digest = new RunningDigest(isNative);
            for (var at = 0; at < content.Length; at += size)
            {
                var piece = content.AsSpan(at, Math.Min(size, content.Length - at));
                Assert.Equal(PieceHash.Of(piece), digest.AppendPiece(piece));
            }
            return digest.Finish().AsSpan().SequenceEqual(SHA256.HashData(content));
        });

    [Theory, MemberData(nameof(Ways))]
    public void Another_goes_on_from_where_one_was(bool isNative) =>
        _contents.Sample((blocks, pieces, last, seed) =>
        {
            var front = pieces * blocks * ShaKernel.BlockSize;
            var content = FakeOrigin.Content(front + last, seed);
            using var digest = new RunningDigest(isNative);
            using var next = new RunningDigest(isNative);
            digest.Append(content.AsSpan(0, front));
            var state = new byte[RunningDigest.StateBytes];
            Assert.Equal(isNative, digest.TrySave(state));
            Assert.Equal(isNative, next.TryGoOn(state, front));
            next.Append(content.AsSpan(isNative ? front : 0));
            return next.Finish().AsSpan().SequenceEqual(SHA256.HashData(content));
        });

    [Fact]
    public void Nothing_is_written_down_within_a_block()
    {
        using var digest = new RunningDigest();
        digest.Append(new byte[ShaKernel.BlockSize + 1]);
        var state = new byte[RunningDigest.StateBytes];

        Assert.False(digest.TrySave(state));
        Assert.False(digest.TryGoOn(state, ShaKernel.BlockSize + 1));
        Assert.DoesNotContain(state, each => each != 0);
    }

    [Theory, MemberData(nameof(Ways))]
    public void Bytes_may_come_in_parts_of_any_length(bool isNative) =>
        _cuts.Sample(cuts =>
        {
            var content = FakeOrigin.Content(cuts.Sum());
            using var digest = new RunningDigest(isNative);
            var (at, isPiece) = (0, false);
            foreach (var length in cuts)
            {
                var part = content.AsSpan(at, length);
                if (isPiece)
                    Assert.Equal(PieceHash.Of(part), digest.AppendPiece(part));
                else
                    digest.Append(part);
                (at, isPiece) = (at + length, !isPiece);
            }
            return digest.Finish().AsSpan().SequenceEqual(SHA256.HashData(content));
        });

    [Theory, MemberData(nameof(Ways))]
    public void A_content_beyond_the_32_bit_lengths_is_right_too(bool isNative)
    {
        // 2^29 bytes are 2^32 bits: the length at the end of the message needs its upper half.
        var mebibyte = FakeOrigin.Content(1 << 20);
        using var digest = new RunningDigest(isNative);
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 513; i++)
        {
            digest.AppendPiece(mebibyte);
            expected.AppendData(mebibyte);
        }
        Assert.Equal(expected.GetHashAndReset(), digest.Finish());
    }

    [Fact]
    public void The_kernel_is_here_where_the_tests_run_with_a_compiler_and_its_instructions() =>
        Assert.Equal(File.Exists(Path.Combine(AppContext.BaseDirectory, "libhaul_sha256.so")) && HasInstructions(), ShaKernel.IsUsable);

    static bool HasInstructions() => File.Exists("/proc/cpuinfo") && File.ReadAllText("/proc/cpuinfo").Contains(" sha_ni ", StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_false_piece_leaves_the_whole_as_it_was(bool isNative)
    {
        if (isNative && !ShaKernel.IsUsable)
            return;
        var content = Haul.UnitTests.World.FakeOrigin.Content(2 * PieceLayout.StandardPieceSize + 77);
        var proof = PieceProof.Of(Manifest.Of(content), []).Value!;
        var digest = new RunningDigest(isNative);
        for (var i = 0; i < 3; i++)
        {
            var piece = content.AsSpan(i * PieceLayout.StandardPieceSize, Math.Min(PieceLayout.StandardPieceSize, content.Length - i * PieceLayout.StandardPieceSize)).ToArray();
            piece[3] ^= 1;
            Assert.False(digest.TryAppendPiece(new PieceIndex(i), piece, proof, null, out _));
            piece[3] ^= 1;
            Assert.True(digest.TryAppendPiece(new PieceIndex(i), piece, proof, null, out var hash));
            Assert.Equal(PieceHash.Of(piece), hash);
        }

        Assert.Equal(System.Security.Cryptography.SHA256.HashData(content), digest.Finish());
    }
}
