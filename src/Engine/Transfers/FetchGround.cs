using Haul.Engine.Bandwidth;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Engine.Store;

namespace Haul.Engine.Transfers;

/// <summary>What all connections of one transfer stand on, from the first answer until the content changes or the transfer ends.</summary>
sealed class FetchGround
{
    public required HttpSource Source { get; init; }

    public required RangeMap Map { get; init; }

    public required PieceLayout Layout { get; init; }

    public required PieceFile File { get; init; }

    /// <summary>The version that every further answer must be of.</summary>
    public required Validator Known { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    public required Action<TransferEvent> Post { get; init; }

    public required TransferTools Tools { get; init; }

    /// <summary>Hashes pieces and the whole; null where the one piece is the whole.</summary>
    public ContentHasher? Hasher { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    public RateLimit? Limit { get; init; }

    /// <summary>Tells true pieces from false ones, where there is a manifest.</summary>
    public PieceProof? Proof { get; init; }

    /// <summary>A digest will tell in the end, or a manifest at once, whether answers fit together.</summary>
    public bool HasDigest { get; init; }

    /// <summary>The file is one range that one connection fetches, so a whole answer can serve it too.</summary>
    public bool IsWhole { get; set; }

    /// <summary>False once the server was seen to ignore or refuse ranges.</summary>
    public bool RangesWork { get; set; } = true;

    /// <summary>Answers can be put together: each is of the same version, or the digest will show that they were not.</summary>
    public bool MayResume => Known.CanResume || HasDigest;

    public PieceBuffers Buffers => Tools.Buffers;

    public Workers Workers => Tools.Workers;

    public TimeProvider Time => Tools.Time;

    /// <summary>Where bytes of the origin are counted as long as the transfer takes part in a swarm; null before.</summary>
    public SwarmTally? Tally { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    long _received;
    int _furtherAnswers;

    /// <summary>The bytes come from more than the one first answer.</summary>
    public bool IsPieced => Volatile.Read(ref _furtherAnswers) > 0;

    public void ReportPiece(PieceIndex piece, PieceHash hash, int length, bool isTrue) =>
        Post(isTrue ? new TransferEvent.PieceStored(piece, hash, length) : new TransferEvent.PieceFalse(piece, hash, length));

    /// <summary>An answer of the origin came; where nothing was asked of it before, the version that it names counts from now on.</summary>
    public void Adopt(Validator version)
    {
        if (Known is { ETag: null, LastModified: null })
            Known = version;
    }

    /// <summary>Gives a piece that is at hand to those who hash it, or hashes a small one on the spot.</summary>
    public void Prove(PieceIndex piece, PieceBuffer buffer)
    {
        if (Hasher is { } hasher)
            hasher.Offer(piece, buffer);
        else if (buffer.Length <= PieceWork.OnTheSpotMax)
            new PieceWork(piece, buffer, Proof, ReportPiece).Execute();
        else
            Workers.Do(new PieceWork(piece, buffer, Proof, ReportPiece));
    }

    public void CountAnswer() => Interlocked.Increment(ref _furtherAnswers);

    /// <summary>Bytes that are here or on their way into a piece.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>The first piece that only the word of members proves, or that was wanted again: what is read meanwhile ends before it. All of it is read once the whole is proved.</summary>
    public int UnprovedFrom { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } = int.MaxValue;

    /// <summary>Bytes from the front that are hashed and stand in the file; none while the end may show that they belong to no version.</summary>
    public long ProvedFront => Known.CanResume && Hasher is { } hasher ? Math.Min(Layout.Length, (long)Math.Min(hasher.HashedPieces, UnprovedFrom) * Layout.PieceSize) : 0;

    public void Count(long bytes) => Interlocked.Add(ref _received, bytes);

    /// <summary>Takes a whole answer where a range was asked; false where only ranges serve.</summary>
    public bool AcceptWhole(HttpAnswer answer)
    {
        if (!IsWhole || (answer.TotalLength >= 0 && answer.TotalLength != Layout.Length))
            return false;
        RangesWork = false;
        return true;
    }
}

/// <summary>What transfers share: made once by the engine.</summary>
sealed record TransferTools(IDisk Disk, PieceBuffers Buffers, Workers Workers, OriginSlots Slots, TimeProvider Time)
{
    /// <summary>The way to other agents, or null where there is none.</summary>
    public PeerHub? Peers { get; init; }

    /// <summary>Keeps complete contents for peers, or null.</summary>
    public Action<KeptContent>? Keep { get; init; }

    /// <summary>How long a content is that is kept for peers, by its digest; null where none is.</summary>
    public Func<PieceHash, long?> KeptLength { get; init; } = static _ => null;

    /// <summary>What the runs before a kill saw, or null where nothing of it is kept.</summary>
    public Checkpoints? Checkpoints { get; init; }

    /// <summary>For the choice among equals.</summary>
    public Random Random { get; init; } = new(1);
}
