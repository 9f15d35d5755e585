using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Pieces;

/// <summary>What a publisher says of a manifest: the content's name and digest, signed together with the manifest.</summary>
/// <param name="Name">The content's path below where it is published, with slashes: no other file's manifest can stand in its place.</param>
/// <param name="Digest">SHA-256 of the whole content.</param>
/// <param name="Key">The public key, as it was written.</param>
/// <param name="Signature">Over the statement, see <see cref="StatementOf"/>.</param>
sealed record ManifestSeal(string Name, PieceHash Digest, string Key, byte[] Signature)
{
    /// <summary>Characters of a name.</summary>
    public const int NameMax = 512;

    static ReadOnlySpan<byte> Head => "haul manifest 1\n"u8;

    /// <summary>Signs a manifest.</summary>
    public static ManifestSeal Make(Manifest manifest, string name, PieceHash digest, ECDsa pair) => new(
        name, digest, PublisherKey.Of(pair).Text,
        pair.SignData(StatementOf(manifest, name, digest), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>The bytes that are signed: a head, the content's length (8 bytes, big endian), the piece size (4), the hash of hashes (32),
    /// the content's SHA-256 (32), its name in UTF-8.</summary>
    static byte[] StatementOf(Manifest manifest, string name, PieceHash digest)
    {
        var statement = new byte[Head.Length + sizeof(long) + sizeof(int) + 2 * PieceHash.Size + Encoding.UTF8.GetByteCount(name)];
        Head.CopyTo(statement);
        var rest = statement.AsSpan(Head.Length);
        BinaryPrimitives.WriteInt64BigEndian(rest, manifest.Layout.Length);
        BinaryPrimitives.WriteInt32BigEndian(rest[sizeof(long)..], manifest.Layout.PieceSize);
        rest = rest[(sizeof(long) + sizeof(int))..];
        manifest.HashOfHashes.Write(rest);
        digest.Write(rest[PieceHash.Size..]);
        Encoding.UTF8.GetBytes(name, rest[(2 * PieceHash.Size)..]);
        return statement;
    }

    /// <summary>Why this is not what a publisher says of the content at a path, or null.</summary>
    /// <param name="manifest">What it seals.</param>
    /// <param name="publisher">Who is trusted.</param>
    /// <param name="path">The path of the content's URL, unescaped.</param>
    public Failure? Refuse(Manifest manifest, PublisherKey publisher, string path)
    {
        if (Key != publisher.Text)
            return new Failure(DO_E_METAINFO_DIGEST_MATCH, $"the manifest is signed by {Key}, and not by {publisher.Text}");
        if (!publisher.Signed(StatementOf(manifest, Name, Digest), Signature))
            return new Failure(DO_E_METAINFO_DIGEST_MATCH, "the manifest's signature is false");
        return path.EndsWith($"/{Name}", StringComparison.Ordinal) ? null
            : new Failure(DO_E_METAINFO_DIGEST_MATCH, $"the manifest is signed for '{Name}', which is not the file at {path}");
    }
}
