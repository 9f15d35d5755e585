using System.Security.Cryptography;

namespace Haul.Engine.Pieces;

/// <summary>The SHA-256 of one piece.</summary>
readonly record struct PieceHash(UInt128 High, UInt128 Low)
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    public static PieceHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return Read(hash);
    }

    /// <summary>From the eight words of a finished SHA-256.</summary>
    public static PieceHash OfWords(ReadOnlySpan<uint> words) => new(Join(words[..4]), Join(words[4..]));

    static UInt128 Join(ReadOnlySpan<uint> words) => new((ulong)words[0] << 32 | words[1], (ulong)words[2] << 32 | words[3]);

    public static PieceHash Read(ReadOnlySpan<byte> hash) => new(
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash),
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    /// <summary>64 digits, in lower case.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public void Write(Span<byte> hash)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(hash, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(hash[16..], Low);
    }
}

/// <summary>The digest of a whole content, with its algorithm.</summary>
/// <param name="Algorithm">"sha256" or "sha512".</param>
/// <param name="Hex">Lower-case hexadecimal.</param>
sealed record Digest(string Algorithm, string Hex)
{
    /// <summary>Reads "sha256:HEX" or "sha512:HEX"; null when it is neither.</summary>
    public static Digest? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return null;
        var algorithm = text[..colon].ToLowerInvariant();
        var hex = text[(colon + 1)..].ToLowerInvariant();
        var digits = algorithm switch { "sha256" => 64, "sha512" => 128, _ => 0 };
        return digits == hex.Length && digits != 0 && hex.All(char.IsAsciiHexDigit) ? new Digest(algorithm, hex) : null;
    }

    public HashAlgorithmName AlgorithmName => Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

    public override string ToString() => $"{Algorithm}:{Hex}";
}
