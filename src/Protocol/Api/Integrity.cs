namespace Haul.Protocol.Api;

/// <summary>Names the piece-hash file of a content, by which each of its pieces is proved while it comes.</summary>
/// <remarks>Digest, hash of hashes or publisher must be given, except where the file comes over https: else it would prove nothing itself.</remarks>
public sealed record IntegrityCheck
{
    /// <summary>An http or https URL of at most 2,200 characters, without user information.</summary>
    public required string PiecesHashFileUrl { get; init; }

    /// <summary>The digest of the piece-hash file, in base64 or hexadecimal digits.</summary>
    public string? PiecesHashFileDigest { get; init; }

    /// <summary>"SHA256" or "SHA512"; null for the first.</summary>
    public string? PiecesHashFileDigestAlgorithm { get; init; }

    /// <summary>SHA-256 over the piece hashes, in base64 or hexadecimal digits.</summary>
    public string? HashOfHashes { get; init; }

    /// <summary>The public key of who must have signed the piece-hash file, and for this very file: "haul-p256:" and 86 characters.</summary>
    public string? PublisherKey { get; init; }

    /// <summary>A file that cannot be checked is an error; else it is fetched unchecked, and its snapshot says so.</summary>
    public bool IsMandatory { get; init; }
}

/// <summary>Whether the pieces of a file are held against a piece-hash file.</summary>
public enum IntegrityState
{
    /// <summary>The piece-hash file was not read yet.</summary>
    Pending,

    /// <summary>Every piece that is here was.</summary>
    Checked,

    /// <summary>The piece-hash file cannot be had or is of no use, so no piece was.</summary>
    Unavailable,
}

/// <summary>What came of an <see cref="IntegrityCheck"/>.</summary>
/// <param name="State">Whether pieces are checked.</param>
/// <param name="Code">Why they are not, or null.</param>
/// <param name="Text">The same in words, or null.</param>
public sealed record FileIntegrity(IntegrityState State, Contract.HResult? Code = null, string? Text = null);
