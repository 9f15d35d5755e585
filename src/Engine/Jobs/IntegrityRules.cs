using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>What may stand in an integrity check, and what it means to a transfer. Pure.</summary>
static class IntegrityRules
{
    const string Sha256 = "SHA256";
    const string Sha512 = "SHA512";

    /// <summary>What is wrong with a check, or null.</summary>
    /// <param name="check">The check.</param>
    /// <param name="http">How its file is asked for; null for the defaults.</param>
    public static Failure? Refuse(IntegrityCheck? check, HttpOptions? http = null)
    {
        if (check is null)
            return null;
        if (JobRules.RemoteName(check.PiecesHashFileUrl) is { } bad)
            return Bad("piecesHashFileUrl", bad.Text);
        if (new Uri(check.PiecesHashFileUrl).UserInfo.Length > 0)
            return Bad("piecesHashFileUrl", "it holds a user name; credentials stand among the HTTP options, and go to the host of the file");
        if (check.PiecesHashFileDigestAlgorithm is { } algorithm && AlgorithmOf(algorithm) is null)
            return Bad("piecesHashFileDigestAlgorithm", $"'{algorithm}' is neither {Sha256} nor {Sha512}");
        if (check.PiecesHashFileDigest is not null && DigestOf(check) is null)
            return Bad("piecesHashFileDigest", $"it is no {check.PiecesHashFileDigestAlgorithm ?? Sha256} in base64 or hexadecimal digits");
        if (check.HashOfHashes is { } hash && HashOf(hash) is null)
            return Bad("hashOfHashes", "it is no SHA-256 in base64 or hexadecimal digits");
        if (check.PublisherKey is { } key && PublisherKey.Parse(key) is null)
            return Bad("publisherKey", "it is not a key as haul key shows it: haul-p256: and 86 characters");
        return check is { PiecesHashFileDigest: null, HashOfHashes: null, PublisherKey: null } && !IsSecure(check, http)
            ? Bad("piecesHashFileUrl", "anyone on the way could change a piece-hash file that comes without TLS: give its digest, its hash of hashes or its publisher's key, or an https URL")
            : null;
    }

    static Failure Bad(string member, string why) => new(E_INVALIDARG, $"The integrity check's {member} is not usable: {why}");

    /// <summary>The manifest to bring, of a check that was found right.</summary>
    public static ManifestRequest? RequestOf(IntegrityCheck? check, OriginRequest content)
    {
        if (check is null)
            return null;
        var path = Uri.UnescapeDataString(content.Uri.AbsolutePath);
        var pin = new ManifestPin(
            check.PiecesHashFileDigest is null ? null : DigestOf(check),
            check.HashOfHashes is { } hash ? HashOf(hash) : null,
            check.PublisherKey is { } key ? new PublisherPin(PublisherKey.Parse(key)!, path) : null);
        var url = new Uri(new Uri(check.PiecesHashFileUrl).GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped));
        return new ManifestRequest(content.Beside(url, mayLeaveTls: pin != ManifestPin.None), pin, check.IsMandatory, path[(path.LastIndexOf('/') + 1)..]);
    }

    /// <summary>TLS says who gave it, unless anybody's certificate will do.</summary>
    static bool IsSecure(IntegrityCheck check, HttpOptions? http) =>
        new Uri(check.PiecesHashFileUrl).Scheme == Uri.UriSchemeHttps && (http is null or { IgnoredCertificateFaults: CertificateFaults.None });

    static string? AlgorithmOf(string name) =>
        name.Equals(Sha256, StringComparison.OrdinalIgnoreCase) ? "sha256" : name.Equals(Sha512, StringComparison.OrdinalIgnoreCase) ? "sha512" : null;

    static Digest? DigestOf(IntegrityCheck check)
    {
        var algorithm = AlgorithmOf(check.PiecesHashFileDigestAlgorithm ?? Sha256);
        return HexOf(check.PiecesHashFileDigest!) is { } hex ? Digest.Parse($"{algorithm}:{hex}") : null;
    }

    static PieceHash? HashOf(string text) => HexOf(text) is { Length: 2 * PieceHash.Size } hex ? PieceHash.Read(Convert.FromHexString(hex)) : null;

    /// <summary>Hexadecimal digits as they are, base64 as such. No length of a digest is the same in both.</summary>
    static string? HexOf(string text)
    {
        const int Sha512Base64 = 88;
        const int Sha512Hex = 128;
        if (text.Length is 2 * PieceHash.Size or Sha512Hex)
            return text.All(char.IsAsciiHexDigit) ? text : null;
        var bytes = new byte[Sha512Base64];
        return text.Length <= Sha512Base64 && Convert.TryFromBase64String(text, bytes, out var count) ? Convert.ToHexString(bytes.AsSpan(0, count)) : null;
    }
}
