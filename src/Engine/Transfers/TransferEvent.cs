using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Engine.Store;
using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>What happens to a transfer. Each is applied by the transfer's loop, which alone touches its state.</summary>
abstract record TransferEvent
{
    /// <summary>The manifest came, or why it did not.</summary>
    public sealed record ManifestRead(Manifest? Manifest, SourceFailure? Failure) : TransferEvent;

    /// <summary>The first answer came, or did not.</summary>
    public sealed record Opened(HttpAnswer? Answer, SourceFailure? Failure) : TransferEvent;

    /// <summary>A piece was written and hashed.</summary>
    public sealed record PieceStored(PieceIndex Piece, PieceHash Hash, int Length) : TransferEvent;

    /// <summary>A piece was written, and is not the one of the content.</summary>
    public sealed record PieceFalse(PieceIndex Piece, PieceHash Hash, int Length) : TransferEvent;

    /// <summary>A connection is done with its lease.</summary>
    /// <param name="Lease">Which.</param>
    /// <param name="Failure">Why the source was lost, or null.</param>
    /// <param name="Unfinished">A piece that was begun and not kept.</param>
    /// <param name="AtEndOfFile">The answer ended where nobody had told the length: this is the end of the file.</param>
    public sealed record LeaseEnded(Lease Lease, SourceFailure? Failure, int? Unfinished, bool AtEndOfFile) : TransferEvent;

    /// <summary>The disk refused a write.</summary>
    public sealed record DiskFailed(Failure Failure) : TransferEvent;

    /// <summary>The hasher found something out.</summary>
    public sealed record Hashed(ContentHashed What, int Hasher) : TransferEvent;

    /// <summary>A connection's code failed: a bug, which must end the transfer and not leave it waiting.</summary>
    public sealed record Broke(Exception Bug) : TransferEvent;

    /// <summary>Something happened among the peers of the content's swarm.</summary>
    public sealed record OfSwarm(SwarmNews News) : TransferEvent;

    /// <summary>The swarm may want something done now.</summary>
    public sealed record Woken : TransferEvent
    {
        public static readonly Woken Now = new();
    }

    /// <summary>An interval has passed.</summary>
    public sealed record Tick : TransferEvent
    {
        public static readonly Tick Passed = new();
    }

    /// <summary>The job wants no more of it.</summary>
    public sealed record Stop : TransferEvent
    {
        public static readonly Stop Asked = new();
    }
}
