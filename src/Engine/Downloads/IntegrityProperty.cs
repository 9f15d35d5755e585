using System.Text.Json;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Downloads;

/// <summary>The property that names a download's piece-hash file: a JSON object of four strings, as an integrity check. Pure.</summary>
/// <remarks>A fifth is ours and may be left away: the key of the publisher who must have signed it.</remarks>
static class IntegrityProperty
{
    const string Url = "PiecesHashFileUrl";
    const string Digest = "PiecesHashFileDigest";
    const string Algorithm = "PiecesHashFileDigestAlgorithm";
    const string HashOfHashes = "HashOfHashes";
    const string Publisher = "PublisherKey";

    /// <summary>The check, or why the text is none.</summary>
    /// <param name="json">The property.</param>
    /// <param name="isMandatory">What the property beside it says.</param>
    public static Outcome<IntegrityCheck> Read(string json, bool isMandatory)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return Bad("is not a JSON object");
            if (Array.Find([Url, Digest, Algorithm, HashOfHashes], name => !IsText(root, name)) is { } missing)
                return Bad($"is a JSON object with {Url}, {Digest}, {Algorithm} and {HashOfHashes}, and has no {missing}");
            if (root.TryGetProperty(Publisher, out _) && !IsText(root, Publisher))
                return Bad($"has a {Publisher} that is not a string");
            var check = new IntegrityCheck
            {
                PiecesHashFileUrl = TextOf(root, Url) ?? "",
                PiecesHashFileDigest = TextOf(root, Digest),
                PiecesHashFileDigestAlgorithm = TextOf(root, Algorithm),
                HashOfHashes = TextOf(root, HashOfHashes),
                PublisherKey = IsText(root, Publisher) ? TextOf(root, Publisher) : null,
                IsMandatory = isMandatory,
            };
            return IntegrityRules.Refuse(check) is { } bad ? bad : check;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second one comes of escapes that are no characters.
            return Bad($"is not JSON: {e.Message}");
        }
    }

    static bool IsText(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    /// <summary>A member's text; an empty one says nothing, as where the caller has only one of digest and hash of hashes.</summary>
    static string? TextOf(JsonElement root, string name) => root.GetProperty(name).GetString() is { Length: > 0 } text ? text : null;

    static Failure Bad(string why) => new(E_INVALIDARG, $"{DownloadProperty.IntegrityCheckInfo} {why}");
}
