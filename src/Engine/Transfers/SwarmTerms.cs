using Haul.Engine.Pieces;
using Haul.Engine.Peers;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>Whether a content may be exchanged with peers, and under which name. Pure.</summary>
/// <remarks>
/// By what proves its pieces: a manifest (anyone may bring them), or the digest of the whole with the word of members of the group. With
/// neither, nobody but the origin is asked. What was fetched with credentials is nobody else's business unless the policy says so.
/// </remarks>
static class SwarmTerms
{
    /// <summary>Whether a transfer may have a swarm at all; what it is about may not be known yet. A manifest counts where someone who is trusted pinned it.</summary>
    public static bool Suits(TransferRequest request, PeerPolicy policy, GroupKey? group) =>
        policy.Mode is DownloadMode.Lan or DownloadMode.Group or DownloadMode.Internet
        && request.Ranges.Count == 0
        && (request.Manifest is { IsMandatory: true, Pin: { Text: not null } or { HashOfHashes: not null } or { Publisher: not null } } || (request.Expected is { Algorithm: "sha256" } && group is not null))
        && (policy.SharesCredentialed || !HasCredentials(request.Origin));

    /// <summary>Which content a transfer is about; null where the length is not known, or nothing would prove the pieces.</summary>
    public static ContentId? ContentOf(TransferRequest request, Manifest? manifest, long lengthBytes)
    {
        if (lengthBytes < 0)
            return null;
        if (request.Expected is { Algorithm: "sha256" } expected)
            return new ContentId(ContentIdKind.Whole, PieceHash.Read(Convert.FromHexString(expected.Hex)), lengthBytes);
        if (manifest?.Seal is { } seal)
            return new ContentId(ContentIdKind.Whole, seal.Digest, lengthBytes);
        return manifest is null ? null : new ContentId(ContentIdKind.Pieces, manifest.HashOfHashes, lengthBytes);
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
