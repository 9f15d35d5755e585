using System.Security.Cryptography;
using System.Text;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>Whether a content may be exchanged with peers, and under which name. Pure.</summary>
/// <remarks>
/// By what proves its pieces: a manifest (anyone may bring them, where someone who is trusted pinned it), or the digest of the whole, from the
/// caller or the server, with the word of members of the group. What only a URL and a validator name is exchanged in a group whose
/// administrator allows that. With none of these, nobody but the origin is asked. What was fetched with credentials is nobody else's
/// business unless the policy says so.
/// </remarks>
static class SwarmTerms
{
    /// <summary>Whether a transfer may have a swarm at all; what it is about may not be known yet.</summary>
    public static bool Suits(TransferRequest request, PeerPolicy policy, GroupKey? group) =>
        policy.Mode is DownloadMode.Lan or DownloadMode.Group or DownloadMode.Internet
        && request.Ranges.Count == 0
        && (IsPinned(request) || (request.Expected is null or { Algorithm: "sha256" } && group is not null))
        && (policy.SharesCredentialed || !IsOfFew(request));

    /// <summary>It may be the business of those alone who ask for it as this caller does: with credentials, or with a header that may be a key. That the caller
    /// knows its digest changes nothing: lists of digests are open to more people than what they are of.</summary>
    public static bool IsOfFew(TransferRequest request) =>
        HasCredentials(request.Origin) || !request.Origin.Options.Headers.All(header => IsHarmless(header.Name));

    /// <summary>A header that lets nobody in: any other may be a key.</summary>
    static bool IsHarmless(string header) =>
        header.ToLowerInvariant() is "user-agent" or "accept" or "accept-encoding" or "accept-language" or "referer" or "cache-control" or "pragma" or "date" or "dnt" or "from";

    /// <summary>Its manifest is one that the caller or a publisher stands for, not just a server.</summary>
    public static bool IsPinned(TransferRequest request) =>
        request.Manifest is { IsMandatory: true, Pin: { Text: not null } or { HashOfHashes: not null } or { Publisher: not null } };

    /// <summary>What the publisher says of the content, or null where nobody has checked that: anyone can write the digest of another content into a manifest.</summary>
    public static ManifestSeal? SealOf(TransferRequest request, Manifest? manifest) =>
        request.Manifest?.Pin is { Publisher: not null } or { Text: not null } ? manifest?.Seal : null;

    /// <summary>Which content a transfer is about, as far as it can be known before its server was asked; null where it cannot.</summary>
    public static ContentId? ContentOf(TransferRequest request, Manifest? manifest, long lengthBytes)
    {
        if (lengthBytes < 0)
            return null;
        if (request.Expected is { Algorithm: "sha256" } expected)
            return new ContentId(ContentIdKind.Whole, PieceHash.Read(Convert.FromHexString(expected.Hex)), lengthBytes);
        if (SealOf(request, manifest) is { } seal)
            return new ContentId(ContentIdKind.Whole, seal.Digest, lengthBytes);
        return manifest is null ? null : new ContentId(ContentIdKind.Pieces, manifest.HashOfHashes, lengthBytes);
    }

    /// <summary>Which content it is by what its server says; null where that is not enough.</summary>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="answer">What the server says.</param>
    /// <param name="lengthBytes">Bytes of the content, or -1.</param>
    /// <param name="policy">Says whether a URL and a validator are enough.</param>
    public static ContentId? NamedBy(OriginRequest origin, HttpAnswer answer, long lengthBytes, PeerPolicy policy)
    {
        var (uri, validator) = (origin.Uri, answer.Validator);
        if (lengthBytes < 0)
            return null;
        if (validator.Digest is { } digest)
            return new ContentId(ContentIdKind.Whole, digest, lengthBytes);
        // Without TLS anyone on the way could name a version, and with no digest nothing would show it; nor is it for a caller to say who may speak for a host.
        var isSecure = uri.Scheme == Uri.UriSchemeHttps && answer.From.Scheme == Uri.UriSchemeHttps
            && origin.Options is { IgnoredCertificateFaults: CertificateFaults.None, CaPem: null };
        if (!policy.SharesVersions || validator.ETag is not { } tag || !isSecure)
            return null;
        var version = SHA256.HashData(Encoding.UTF8.GetBytes($"haul1 version\n{uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)}\n{tag}"));
        return new ContentId(ContentIdKind.Version, PieceHash.Read(version), lengthBytes);
    }

    /// <summary>It is asked for with credentials or cookies.</summary>
    public static bool HasCredentials(OriginRequest origin) =>
        origin.Options is { UserName: not null } or { Password: not null } or { BearerToken: not null }
        || origin.Options.AuthHeaders.Count > 0
        || origin.Options.Headers.Any(header => IsSecret(header.Name))
        || origin.Uri.UserInfo.Length > 0;

    static bool IsSecret(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase);
}
