using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>How <see cref="HaulClient.DownloadAsync"/> goes about it.</summary>
public sealed record DownloadOptions
{
    /// <summary>Expected digest of the file: "sha256:HEX" or "sha512:HEX".</summary>
    public string? Digest { get; init; }

    /// <summary>Replace a file that stands under the path already.</summary>
    public bool Overwrite { get; init; }

    /// <summary>How the server is asked.</summary>
    public HttpOptions? Http { get; init; }

    /// <summary>Foreground by default: someone waits for it.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Foreground;

    /// <summary>What the job is called in listings; the file's name by default.</summary>
    public string? DisplayName { get; init; }

    /// <summary>How long it may go without a byte, trying again by itself, before it fails; null for the job's default of an hour in the
    /// foreground and a day in the background; zero fails at the first error.</summary>
    public TimeSpan? NoProgressTimeout { get; init; }

    /// <summary>Where jobs are recorded if no agent runs and the engine runs in this process; null for the user's own.</summary>
    public string? StateDirectory { get; init; }
}
