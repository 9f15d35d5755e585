using System.Security.Cryptography;

namespace Haul.Engine.Peers;

/// <summary>The public key of an agent as it goes over the wire: P-256, SubjectPublicKeyInfo, in the one form that DER allows for it.</summary>
static class PeerKey
{
    const int CoordinateSize = 32;

    // SEQUENCE { SEQUENCE { ecPublicKey, prime256v1 }, BIT STRING { uncompressed point } } (RFC 5480).
    static ReadOnlySpan<byte> Prefix =>
        [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04];

    /// <summary>Bytes of a key.</summary>
    public static int Size => Prefix.Length + 2 * CoordinateSize;

    /// <summary>Whether bytes have the form; the point may still be none of the curve.</summary>
    /// <remarks>One key has one form, so that nobody has two ids for it.</remarks>
    public static bool HasForm(ReadOnlySpan<byte> publicKey) => publicKey.Length == Size && publicKey.StartsWith(Prefix);

    /// <summary>Whether the owner of a key signed a statement; false for what is no key.</summary>
    public static bool Signed(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        using var key = Read(publicKey);
        return key is not null && Signed(key, statement, signature);
    }

    /// <inheritdoc cref="Signed(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static bool Signed(ECDsa key, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature) =>
        signature.Length == PeerLimits.SignatureBytes && key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>The key itself, to be disposed of; null for what is none. It costs twice as much as to check a signature with it.</summary>
    public static ECDsa? Read(ReadOnlySpan<byte> publicKey)
    {
        if (!HasForm(publicKey))
            return null;
        var point = publicKey[Prefix.Length..];
        try
        {
            return ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..CoordinateSize].ToArray(), Y = point[CoordinateSize..].ToArray() },
            });
        }
        catch (CryptographicException)
        {
            // A point beside the curve.
            return null;
        }
    }
}
