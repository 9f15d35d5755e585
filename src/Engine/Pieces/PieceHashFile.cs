using System.Text.Json;
using Haul.Protocol.Contract;

namespace Haul.Engine.Pieces;

/// <summary>The JSON form of a manifest: one object of six members, hashes in base64, and where it is sealed a seventh.</summary>
static class PieceHashFile
{
    public const string MajorVersion = nameof(MajorVersion);
    public const string MinorVersion = nameof(MinorVersion);
    public const string HashOfHashes = nameof(HashOfHashes);
    public const string ContentLength = nameof(ContentLength);
    public const string PieceSize = nameof(PieceSize);
    public const string Pieces = nameof(Pieces);

    /// <summary>The seal: a member of ours, which readers of other makers pass over.</summary>
    public const string Publisher = nameof(Publisher);

    /// <summary>The version that is read and written; what a later minor one adds is passed over.</summary>
    public const int Major = 1;

    /// <summary>The longest text, 64 MiB: hashes of 1.4 TiB in pieces of 1 MiB.</summary>
    public const long TextMax = 64 << 20;

    // A hash is 44 characters, two quotation marks and a comma; the rest is room for indentation.
    const int TextOfPieceMax = 64;
    const int TextOfTheRestMax = 8 << 10;

    /// <summary>The longest text for a content of such a length, -1 where it is not known.</summary>
    public static long TextMaxFor(long lengthBytes) =>
        lengthBytes < 0 || lengthBytes >= TextMax / TextOfPieceMax * Manifest.PieceSizeMin ? TextMax
        : Math.Min(TextMax, TextOfTheRestMax + (lengthBytes / Manifest.PieceSizeMin + 1) * TextOfPieceMax);

    /// <summary>Reads a text that is at hand as a whole.</summary>
    public static Outcome<Manifest> Read(ReadOnlySpan<byte> text, ManifestPin pin, long lengthBytes = -1, string contentName = "")
    {
        using var reader = new PieceHashReader(pin, lengthBytes, contentName);
        return reader.Take(text) is { } failure ? failure : reader.Finish();
    }

    public static byte[] Write(Manifest manifest)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber(MajorVersion, Major);
            json.WriteNumber(MinorVersion, 0);
            WriteHash(json, HashOfHashes, manifest.HashOfHashes);
            json.WriteNumber(ContentLength, manifest.Layout.Length);
            json.WriteNumber(PieceSize, manifest.Layout.PieceSize);
            json.WriteStartArray(Pieces);
            foreach (var hash in manifest.Hashes)
                WriteHash(json, null, hash);
            json.WriteEndArray();
            if (manifest.Seal is { } seal)
                WriteSeal(json, seal);
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    static void WriteSeal(Utf8JsonWriter json, ManifestSeal seal)
    {
        json.WriteStartObject(Publisher);
        json.WriteString(SealMembers.Name, seal.Name);
        WriteHash(json, SealMembers.ContentDigest, seal.Digest);
        json.WriteString(SealMembers.Key, seal.Key);
        json.WriteBase64String(SealMembers.Signature, seal.Signature);
        json.WriteEndObject();
    }

    static void WriteHash(Utf8JsonWriter json, string? name, PieceHash hash)
    {
        Span<byte> bytes = stackalloc byte[PieceHash.Size];
        hash.Write(bytes);
        if (name is not null)
            json.WritePropertyName(name);
        json.WriteBase64StringValue(bytes);
    }
}

/// <summary>What is known of a manifest beforehand, by which the right one is told from any other.</summary>
/// <param name="Text">The digest of its text, or null.</param>
/// <param name="HashOfHashes">Its hash of hashes, or null.</param>
/// <param name="Publisher">Who must have signed it, or null.</param>
sealed record ManifestPin(Digest? Text, PieceHash? HashOfHashes, PublisherPin? Publisher = null)
{
    /// <summary>Nothing: whoever gives the manifest is trusted.</summary>
    public static readonly ManifestPin None = new(null, null);

    /// <summary>Why a manifest is not signed as it must be, or null.</summary>
    public Failure? Unsigned(Manifest manifest)
    {
        if (Publisher is null)
            return null;
        return manifest.Seal is { } seal ? seal.Refuse(manifest, Publisher.Key, Publisher.Path)
            : new Failure(HResults.DO_E_METAINFO_DIGEST_MATCH, $"the manifest is not signed, and {Publisher.Key.Text} should have signed it");
    }
}

/// <summary>Whose signature a manifest must have.</summary>
/// <param name="Key">The publisher's.</param>
/// <param name="Path">The path of the content's URL, unescaped: the manifest must be signed for what lies there.</param>
sealed record PublisherPin(PublisherKey Key, string Path);
