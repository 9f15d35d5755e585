using System.Text.Json.Serialization;
using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>Asks for a new job (IBackgroundCopyManager::CreateJob). It starts out Suspended.</summary>
public sealed record CreateJob
{
    /// <summary>1 to 256 characters.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Only <see cref="JobType.Download"/> is accepted.</summary>
    public JobType Type { get; init; }

    /// <summary>Files to add at once, so that one call makes a whole job; any refused file refuses the job.</summary>
    public IReadOnlyList<AddFile> Files { get => field ?? []; init; }

    /// <summary>Properties to set at once.</summary>
    public JobChange? Properties { get; init; }

    /// <summary>Resume it in the same call.</summary>
    public bool Resume { get; init; }
}

/// <summary>Adds one file to a job (IDeliveryOptimizationJob::AddFileWithRanges; contract, section 6.11).</summary>
public sealed record AddFile
{
    /// <summary>A file that is named by its properties.</summary>
    public AddFile()
    {
    }

    // Read from JSON, a property that is left away does not keep its initial value, but a parameter its default.
    [JsonConstructor]
    internal AddFile(ulong fileSize = ByteRange.UnknownSize) => FileSize = fileSize;

    /// <summary>An id unique in the job; null takes the next free number.</summary>
    public string? FileId { get; init; }

    /// <summary>An http or https URL of at most 2,200 characters.</summary>
    public required string RemoteName { get; init; }

    /// <summary>Full path of the file to make; of one to a stream, of a name beside which its bytes are kept until they are read.</summary>
    public required string LocalName { get; init; }

    /// <summary>Its bytes go to a reader, who says when it has taken them: it is never placed, and is transferred once it was taken.</summary>
    public bool IsToStream { get; init; }

    /// <summary>Ranges to fetch, written back to back in this order; empty for the whole file.</summary>
    public IReadOnlyList<ByteRange> Ranges { get => field ?? []; init; }

    /// <summary>Size of the remote file where known.</summary>
    public ulong FileSize { get; init; } = ByteRange.UnknownSize;

    /// <summary>Expected digest of the local file: "sha256:HEX" or "sha512:HEX". A mismatch is an error and the file is not placed.</summary>
    public string? Digest { get; init; }

    /// <summary>Where the hashes of its pieces are; null where no piece is checked on the way.</summary>
    public IntegrityCheck? Integrity { get; init; }

    /// <summary>Replace an existing local file on Complete.</summary>
    public bool Overwrite { get; init; }

    /// <summary>How the server is asked.</summary>
    public HttpOptions? Http { get; init; }
}

/// <summary>How a server is asked for a file. Secrets are encrypted at rest and never logged.</summary>
public sealed record HttpOptions
{
    /// <summary>Extra request headers, at most 64 of 8 KiB together.</summary>
    public IReadOnlyList<Header> Headers { get => field ?? []; init; }

    /// <summary>Request headers that are kept until the file's own host answers 401, and go to no other; at most 64 of 8 KiB together. They
    /// take the place of credentials and headers of the same name.</summary>
    public IReadOnlyList<Header> AuthHeaders { get => field ?? []; init; }

    /// <summary>User name for basic authentication.</summary>
    public string? UserName { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>Token for bearer authentication.</summary>
    public string? BearerToken { get; init; }

    /// <summary>"http://host:port" of a proxy; "none" for none; null for the environment's.</summary>
    public string? Proxy { get; init; }

    /// <summary>Follow a redirect from https to http.</summary>
    public bool AllowSecureToInsecureRedirect { get; init; }

    /// <summary>PEM text of the only certificate authorities to trust, at most 1 MiB; null for the system's. Text and not a path, so
    /// that the agent never reads a file for someone who may not.</summary>
    public string? CaPem { get; init; }

    /// <summary>What may be wrong with a server's certificate. Whoever is on the way may then be the server: a digest or a publisher's key
    /// must say that the bytes are right.</summary>
    public CertificateFaults IgnoredCertificateFaults { get; init; }

    /// <summary>Refuse a certificate that its authority has revoked, or of which that cannot be told.</summary>
    public bool CheckRevocation { get; init; }

    /// <summary>"1.1", "2" or null: 1.1 for bulk data, 2 where the server speaks nothing else.</summary>
    public string? HttpVersion { get; init; }

    /// <summary>Use IPv4 (4) or IPv6 (6) only; 0 for both.</summary>
    public int IpVersion { get; init; }

    /// <summary>Connections for this file at most; 0 for the agent's choice.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary>Bytes per second for this file at most; 0 for no limit.</summary>
    public long BytesPerSecondMax { get; init; }
}

/// <summary>A request header.</summary>
/// <param name="Name">An RFC 9110 token.</param>
/// <param name="Value">One line.</param>
public sealed record Header(string Name, string Value);

/// <summary>Sets what is not null.</summary>
public sealed record JobChange
{
    /// <summary>1 to 256 characters.</summary>
    public string? DisplayName { get; init; }

    /// <summary>At most 1,024 characters.</summary>
    public string? Description { get; init; }

    /// <summary>See <see cref="JobPriority"/>.</summary>
    public JobPriority? Priority { get; init; }

    /// <summary>See <see cref="Contract.NotifyFlags"/>.</summary>
    public NotifyFlags? NotifyFlags { get; init; }

    /// <summary>Seconds; 0 makes every error final at once.</summary>
    public uint? NoProgressTimeoutSeconds { get; init; }

    /// <summary>Seconds; raised to 5; 0 for the agent's own schedule.</summary>
    public uint? MinimumRetryDelaySeconds { get; init; }

    /// <summary>A <see cref="TransferPolicy"/> value.</summary>
    public uint? CostFlags { get; init; }

    /// <summary>A class id; <see cref="Guid.Empty"/> clears.</summary>
    public Guid? NotificationClsid { get; init; }
}

/// <summary>Gives a file another URL (IBackgroundCopyFile2::SetRemoteName). Resume makes it permanent.</summary>
/// <param name="RemoteName">An http or https URL of at most 2,200 characters.</param>
public sealed record SetRemoteName(string RemoteName);

/// <summary>What became of a file that goes to a stream.</summary>
/// <param name="Code">S_OK: the reader has all of it. A failure: it takes no more, and the job fails with this.</param>
public sealed record FileTaken(HResult Code);
