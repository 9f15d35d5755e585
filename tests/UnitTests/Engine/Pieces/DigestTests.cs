using System.Security.Cryptography;
using CsCheck;
using Haul.Engine.Pieces;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>Digests as callers write them, and hashes of pieces.</summary>
public sealed class DigestTests
{
    static readonly string _hex64 = new('a', 64);
    static readonly string _hex128 = new('0', 128);

    [Fact]
    public void Both_algorithms_are_read()
    {
        Assert.Equal(("sha256", _hex64, HashAlgorithmName.SHA256), Parts($"sha256:{_hex64}"));
        Assert.Equal(("sha512", _hex128, HashAlgorithmName.SHA512), Parts($"sha512:{_hex128}"));
    }

    [Fact]
    public void Capital_letters_are_the_same() => Assert.Equal(Digest.Parse($"sha256:{_hex64}"), Digest.Parse($"SHA256:{_hex64.ToUpperInvariant()}"));

    [Fact]
    public void It_writes_what_it_read() => Assert.Equal($"sha256:{_hex64}", Digest.Parse($"sha256:{_hex64}")!.ToString());

    [Fact]
    public void Everything_else_is_none()
    {
        string[] wrong = ["", ":", "sha256", "sha256:", _hex64, $"sha256:{_hex128}", $"sha512:{_hex64}", $"sha1:{_hex64[..40]}", $"md5:{_hex64[..32]}", $":{_hex64}",
            $"sha256:{_hex64[..63]}", $"sha256:{_hex64}a", $"sha256:{_hex64[..63]}g", $"sha256: {_hex64[..63]}", $"sha256:{_hex64[..63]}\u00E4", $" sha256:{_hex64}", $"sha256:{_hex64}:"];

        Assert.All(wrong, text => Assert.Null(Digest.Parse(text)));
    }

    [Fact]
    public void No_text_makes_it_fail() => Gen.String.Sample(text => Digest.Parse(text) is null or { Hex.Length: 64 or 128 });

    [Fact]
    public void A_piece_s_hash_is_its_sha256_and_keeps_its_bytes() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var hash = PieceHash.Of(bytes);
            var written = new byte[PieceHash.Size];
            hash.Write(written);
            return written.SequenceEqual(SHA256.HashData(bytes)) && PieceHash.Read(written) == hash;
        });

    static (string, string, HashAlgorithmName) Parts(string text)
    {
        var digest = Digest.Parse(text)!;
        return (digest.Algorithm, digest.Hex, digest.AlgorithmName);
    }
}
