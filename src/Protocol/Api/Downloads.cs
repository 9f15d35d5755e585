using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>Asks for a new download (IDOManager::CreateDownload). It starts out Created.</summary>
sealed record CreateDownload
{
    /// <summary>Properties to set at once, by name or number; any that is refused refuses the download.</summary>
    public IReadOnlyDictionary<string, DownloadValue> Properties { get => field ?? EmptyProperties; init; }

    static readonly Dictionary<string, DownloadValue> EmptyProperties = [];
}

/// <summary>Starts a download, or starts it again (IDODownload::Start).</summary>
sealed record StartDownload
{
    /// <summary>The ranges to fetch; empty for the whole file; null for those of the earlier start.</summary>
    public IReadOnlyList<ByteRange>? Ranges { get; init; }

    /// <summary>Of a download that goes to a stream of the caller's: the directory in which its bytes are kept until they are read.
    /// Named with the first start, in place of a local path.</summary>
    public string? SinkDirectory { get; init; }
}

/// <summary>How a download is doing (DO_DOWNLOAD_STATUS).</summary>
/// <param name="Id">The download's id, which is also its job's.</param>
/// <param name="State">See <see cref="DownloadState"/>.</param>
/// <param name="BytesTotal">Wanted bytes; 0 while that is not known.</param>
/// <param name="BytesTransferred">Bytes that are here.</param>
/// <param name="Error">Why it failed, or waits for another try; else S_OK.</param>
/// <param name="ExtendedError">While it is paused without an error of its own: what it waits for. Of a download without progress: its last error.</param>
/// <param name="Text">The error in words, or null.</param>
/// <param name="Sequence">Grows with each change of state or properties: of two statuses, the one with the lower is the older.</param>
public sealed record DownloadStatus(Guid Id, DownloadState State, ulong BytesTotal, ulong BytesTransferred, HResult Error, HResult ExtendedError, string? Text = null, long Sequence = 0);

/// <summary>A property's value as a call carries it.</summary>
/// <param name="Value">The value.</param>
sealed record DownloadPropertyValue(DownloadValue Value);
