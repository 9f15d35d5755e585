using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Haul.Engine.Pieces;

/// <summary>SHA-256 in the processor's own instructions, for two messages that share their blocks (decision 13).</summary>
/// <remarks>Native/sha256.c. Where it was not built, or the processor lacks the instructions, the runtime's library hashes instead.</remarks>
static unsafe partial class ShaKernel
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 64;

    /// <summary>Words of a running hash.</summary>
    public const int StateSize = 8;

    const string Library = "haul_sha256";

    /// <summary>The hash of nothing (FIPS 180-4, section 5.3.3).</summary>
    public static ReadOnlySpan<uint> Start =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>It is here, runs on this processor, and hashes right.</summary>
    public static bool IsUsable { get; } = IsHere() && HashesRight();

    /// <summary>Takes whole blocks into one running hash, or into two.</summary>
    /// <param name="first">Eight words.</param>
    /// <param name="second">Eight words, or none.</param>
    /// <param name="blocks">A multiple of <see cref="BlockSize"/> bytes.</param>
    public static void Take(Span<uint> first, Span<uint> second, ReadOnlySpan<byte> blocks)
    {
        fixed (uint* one = first, two = second)
        fixed (byte* bytes = blocks)
            TakeBlocks(one, two, bytes, (nuint)(blocks.Length / BlockSize));
    }

    static bool IsHere()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return false;
        try
        {
            return IsProcessorFit() != 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }

    /// <summary>Holds it once against the library: a kernel that was built wrongly must not condemn right files.</summary>
    static bool HashesRight()
    {
        Span<byte> bytes = stackalloc byte[5 * BlockSize + 7];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i * 37);
        var digest = new RunningDigest(isNative: true);
        var first = digest.AppendPiece(bytes[..(2 * BlockSize)]);
        var last = digest.AppendPiece(bytes[(2 * BlockSize)..]);
        return first == PieceHash.Of(bytes[..(2 * BlockSize)]) && last == PieceHash.Of(bytes[(2 * BlockSize)..])
            && digest.Finish().AsSpan().SequenceEqual(SHA256.HashData(bytes));
    }

    [LibraryImport(Library, EntryPoint = "haul_sha256_is_usable")]
    private static partial int IsProcessorFit();

    [LibraryImport(Library, EntryPoint = "haul_sha256_blocks")]
    private static partial void TakeBlocks(uint* first, uint* second, byte* data, nuint blocks);
}
