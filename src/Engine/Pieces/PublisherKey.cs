using System.Buffers.Text;
using System.Security.Cryptography;

namespace Haul.Engine.Pieces;

/// <summary>The public key of someone who publishes contents: ECDSA over P-256 with SHA-256 (FIPS 186-5). Immutable.</summary>
sealed class PublisherKey
{
    /// <summary>Bytes of a signature: r and s, one behind the other (IEEE P1363).</summary>
    public const int SignatureSize = 64;

    const string Prefix = "haul-p256:";
    const int CoordinateSize = 32;

    readonly ECParameters _point;

    PublisherKey(ECParameters point)
    {
        _point = point;
        Text = Prefix + Base64Url.EncodeToString([.. point.Q.X!, .. point.Q.Y!]);
    }

    /// <summary>How it is written: "haul-p256:" and the two coordinates of its point in base64url, 96 characters.</summary>
    public string Text { get; }

    /// <summary>The public half of a key pair.</summary>
    public static PublisherKey Of(ECDsa pair) => new(pair.ExportParameters(includePrivateParameters: false));

    /// <summary>Reads a key; null where the text is none.</summary>
    public static PublisherKey? Parse(string text)
    {
        Span<byte> point = stackalloc byte[2 * CoordinateSize];
        var written = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.AsSpan(Prefix.Length) : default;
        if (!Base64Url.IsValid(written, out var length) || length != point.Length || !Base64Url.TryDecodeFromChars(written, point, out _))
            return null;
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[..CoordinateSize].ToArray(), Y = point[CoordinateSize..].ToArray() },
        };
        try
        {
            // A point that is not on the curve is refused here.
            using var key = ECDsa.Create(parameters);
            return new PublisherKey(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether this publisher signed it.</summary>
    public bool Signed(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create(_point);
        return key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
