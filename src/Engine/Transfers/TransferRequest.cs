using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>What a transfer is to bring, and what an earlier run has brought already.</summary>
sealed record TransferRequest
{
    public required OriginRequest Origin { get; init; }

    /// <summary>The ranges to bring; empty for the whole file.</summary>
    public IReadOnlyList<ByteRange> Ranges { get; init; } = [];

    /// <summary>The size the job's creator knows, or -1.</summary>
    public long KnownSize { get; init; } = -1;

    /// <summary>The digest to hold the local file against, or null.</summary>
    public Digest? Expected { get; init; }

    /// <summary>Where the piece hashes come from, or null.</summary>
    public ManifestRequest? Manifest { get; init; }

    /// <summary>As whom files are touched.</summary>
    public required Caller Caller { get; init; }

    /// <summary>Where the file grows.</summary>
    public required string TemporaryPath { get; init; }

    /// <summary>What an earlier run left, or null.</summary>
    public Held? Held { get; init; }

    /// <summary>Someone reads it from its front while it comes.</summary>
    public bool IsReadMeanwhile { get; init; }

    /// <summary>Foreground jobs go first.</summary>
    public bool IsForeground { get; init; }
}

/// <summary>A manifest that a content is to be held against.</summary>
/// <param name="Origin">How its piece-hash file is asked for.</param>
/// <param name="Pin">What is known of it.</param>
/// <param name="IsMandatory">Without it, nothing is fetched.</param>
/// <param name="ContentName">The last part of the content's path, for a Metalink that has several files.</param>
sealed record ManifestRequest(OriginRequest Origin, ManifestPin Pin, bool IsMandatory, string ContentName);

/// <summary>What of a content is on disk.</summary>
/// <param name="File">The temporary file.</param>
/// <param name="Validator">The version the pieces belong to.</param>
/// <param name="Length">Bytes of the local file.</param>
/// <param name="Pieces">Recorded pieces with their hashes.</param>
sealed record Held(FileIdentity File, Validator Validator, long Length, IReadOnlyList<(PieceIndex Piece, PieceHash Hash)> Pieces);

/// <summary>What a transfer tells the job it works for. All are posted from the transfer's loop.</summary>
abstract record TransferReport
{
    /// <summary>Every piece is held against a manifest from here on, or why none is.</summary>
    public sealed record Checked(Failure? WhyNot) : TransferReport;

    /// <summary>The length (-1 where only the end tells) and version became known and the temporary file stands: record them before
    /// any piece, and forget earlier pieces where it is fresh.</summary>
    public sealed record Began(FileIdentity File, Validator Validator, long Length, bool IsFresh, string Headers, Uri? RedirectedTo) : TransferReport;

    /// <summary>These pieces stand in the temporary file, verified as far as they can be.</summary>
    public sealed record Kept(IReadOnlyList<(PieceIndex Piece, PieceHash Hash)> Pieces) : TransferReport;

    /// <summary>All that was held is void: the content changed. Followed by another <see cref="Began"/>.</summary>
    public sealed record Restarted(Failure Why) : TransferReport;

    /// <summary>The end: all bytes are here and proved.</summary>
    public sealed record Done(string? Sha256, long Length) : TransferReport;

    /// <summary>The end: it was asked to stop.</summary>
    public sealed record Stopped : TransferReport;

    /// <summary>The end for now (<paramref name="IsTransient"/>) or until someone mends it.</summary>
    public sealed record Failed(Failure Failure, bool IsTransient, TimeSpan? RetryAfter) : TransferReport;
}
