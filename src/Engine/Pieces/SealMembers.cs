using System.Text.Json;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Pieces;

/// <summary>The members of a manifest's seal while it is read: one object of four texts.</summary>
sealed class SealMembers
{
    public const string Name = nameof(Name);
    public const string ContentDigest = nameof(ContentDigest);
    public const string Key = nameof(Key);
    public const string Signature = nameof(Signature);

    /// <summary>The longest text, each of a name's characters as \uXXXX.</summary>
    const int TextMax = 6 * ManifestSeal.NameMax;

    readonly Dictionary<string, string> _texts = [];
    string? _member;

    /// <summary>Takes a token; what is wrong with it, or null.</summary>
    public Failure? Take(ref Utf8JsonReader token)
    {
        if (token.TokenType == JsonTokenType.PropertyName)
        {
            _member = token.ValueTextEquals(Name) ? Name : token.ValueTextEquals(ContentDigest) ? ContentDigest
                : token.ValueTextEquals(Key) ? Key : token.ValueTextEquals(Signature) ? Signature : null;
            return null;
        }
        if (_member is null)
            return null;
        if (token.TokenType != JsonTokenType.String || token.ValueSpan.Length > TextMax)
            return Wrong($"{_member} is not a text of its length");
        return _texts.TryAdd(_member, token.GetString()!) ? null : Wrong($"it has {_member} twice");
    }

    /// <summary>The seal, when all of it has come.</summary>
    public Outcome<ManifestSeal> Finish()
    {
        if (Array.Find([Name, ContentDigest, Key, Signature], name => !_texts.ContainsKey(name)) is { } missing)
            return Wrong($"it has no {missing}");
        var name = _texts[Name];
        if (name.Length is 0 or > ManifestSeal.NameMax)
            return Wrong($"its name has {name.Length} characters, and 1 to {ManifestSeal.NameMax} are allowed");
        if (BytesOf(_texts[ContentDigest], PieceHash.Size) is not { } digest)
            return Wrong($"{ContentDigest} is not {PieceHash.Size} bytes in base64");
        return BytesOf(_texts[Signature], PublisherKey.SignatureSize) is { } signature
            ? new ManifestSeal(name, PieceHash.Read(digest), _texts[Key], signature)
            : Wrong($"{Signature} is not {PublisherKey.SignatureSize} bytes in base64");
    }

    static byte[]? BytesOf(string text, int size)
    {
        var bytes = new byte[size];
        // Into just so many bytes: what is longer does not fit.
        return Convert.TryFromBase64String(text, bytes, out var count) && count == size ? bytes : null;
    }

    static Failure Wrong(string why) => new(DO_E_METAINFO_PARSE_JSON, $"the seal of the piece-hash file is not valid: {why}");
}
