using System.Collections.Concurrent;
using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Engine.Store;

/// <summary>Hashes a whole content from front to back while its pieces arrive in any order.</summary>
/// <remarks>
/// A piece that continues the run is hashed from memory, as itself and as part of the whole in one pass; one that came too early is
/// hashed as itself at once, and read back from the file when its turn comes, by then from the system's page cache. Pieces of an
/// earlier run of the program are read back too, and held against their recorded hash, unless a checkpoint vouches for them: after a
/// power cut the record may know more than the disk. Every piece that was offered is reported once, whatever happens. One that is not what a manifest says becomes no
/// part of the whole: it is waited for again. Where the digest of the whole is known without hashing (decision 27), pieces are hashed
/// as themselves alone, beside each other and whatever their order, and only those of an earlier run are read back.
/// </remarks>
sealed class ContentHasher : IThreadPoolWorkItem
{
    readonly PieceFile _file;
    readonly Checkpoint? _checkpoint; // the one of now: what a hasher of the past finds out goes to that of the past
    readonly Workers _workers;
    readonly PieceHashed _pieceHashed;
    readonly Action<ContentHashed> _report;
    readonly ContentDigests? _whole; // null where each piece alone is to be hashed

    // Held while the file is read, so that whoever stops the hasher may close the file.
    readonly Lock _reading = new();

    // Guards the rest.
    readonly Lock _gate = new();
    readonly HashFront _front;
    bool _running;
    bool _stopped;
    volatile int _hashedPieces;

    /// <summary>Pieces from the front that have been hashed: they stand in the file, and are what was recorded. Any thread.</summary>
    public int HashedPieces => _hashedPieces;

    /// <summary>Pieces of an earlier run are read back whatever their turn, as they are wanted by others: those that were, in any order.</summary>
    public ConcurrentQueue<PieceIndex>? Ahead { get; private set; }

    /// <summary>What tells true pieces from false ones, or null where nothing does before the end.</summary>
    public PieceProof? Proof { get; init; }

    /// <param name="layout">The content's layout.</param>
    /// <param name="file">Where the pieces are.</param>
    /// <param name="digests">Of the whole, what is to be found out: nothing, SHA-256, or another hash after it.</param>
    /// <param name="workers">Who hashes.</param>
    /// <param name="pieceHashed">Told from any thread of each piece that was offered.</param>
    /// <param name="report">Told from any thread: a piece that was lost, a disk failure, or the digests at the end.</param>
    public ContentHasher(PieceLayout layout, PieceFile file, IReadOnlyList<HashAlgorithmName> digests, Workers workers, PieceHashed pieceHashed, Action<ContentHashed> report)
    {
        (_front, _file, _checkpoint, _workers, _pieceHashed, _report) = (new HashFront(layout), file, file.Checkpoint, workers, pieceHashed, report);
        WhenHashedAlone = HashedAlone;
        _whole = ContentDigests.Of(digests);
    }

    // Made once, not for each piece.
    PieceHashed WhenHashedAlone { get; }

    /// <summary>A piece stands in the file, or is to be written there once it is proved; its bytes are at hand, and let go of here.</summary>
    public void Offer(PieceIndex piece, PieceBuffer buffer)
    {
        bool isKept;
        lock (_gate)
            isKept = _whole is not null && !_stopped && _front.TryKeep(piece, buffer);
        if (isKept)
            Go();
        else
            HashAlone(piece, buffer);
    }

    /// <summary>Pieces of an earlier run stand in the file, with these hashes; those that were seen are not held against them.</summary>
    public void Recall(IEnumerable<(PieceIndex Piece, PieceHash Hash)> pieces, SeenPieces seen)
    {
        lock (_gate)
        {
            if (seen.Front > 0 && _whole?.Savable?.TryGoOn(seen.State, Math.Min(_front.Layout.Length, _front.Layout.OffsetOf(new PieceIndex(seen.Front)))) == true)
            {
                _front.GoOn(seen.Front);
                _hashedPieces = seen.Front;
            }
            foreach (var (piece, hash) in pieces.Where(each => each.Piece.Value >= _hashedPieces))
            {
                if (seen.Contains(piece))
                    _front.Add(piece);
                else
                    _front.Recall(piece, hash);
            }
        }
        Go();
    }

    /// <summary>Reads back all pieces of an earlier run now, whatever their turn.</summary>
    public void ReadAhead()
    {
        lock (_gate)
            Ahead ??= [];
        Go();
    }

    /// <summary>The length became known at the end of the last answer.</summary>
    public void Close(PieceLayout layout)
    {
        lock (_gate)
            _front.Layout = layout;
        Go();
    }

    /// <summary>Lets go of memory and file; nothing more is reported but what is under way.</summary>
    public void Stop()
    {
        IReadOnlyList<(PieceIndex, PieceBuffer)> left;
        lock (_gate)
        {
            _stopped = true;
            left = _front.LetGo();
        }
        HashAlone(left);
        lock (_reading)
        {
            // Whatever was being read has been read.
        }
    }

    void Go()
    {
        lock (_gate)
        {
            if (_running || _stopped || !(_front.HasWork || (Ahead is not null && _front.HasUnproved)))
                return;
            _running = true;
        }
        _workers.Do(this);
    }

    /// <summary>Hashes all that is ready, then rests.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        byte[]? memory = null;
        while (Take(out var piece, out var buffer, out var recorded, out var isAhead))
        {
            if (isAhead)
                LookAhead(piece, recorded!.Value, memory ??= new byte[_front.Layout.PieceSize]);
            else if (buffer is not null)
                Append(piece, buffer);
            else if (recorded is null && _whole is null)
                _hashedPieces = piece.Value + 1;
            else if (ReadBack(piece, recorded, memory ??= new byte[_front.Layout.PieceSize]) is { } report)
                Report(piece, report);
        }
    }

    bool Take(out PieceIndex piece, out PieceBuffer? buffer, out PieceHash? recorded, out bool isAhead)
    {
        ContentHashed? end = null;
        lock (_gate)
        {
            (piece, buffer, recorded, isAhead) = (default, null, null, false);
            if (!_stopped && _front.TryTake(out piece, out buffer, out recorded))
                return true;
            if (!_stopped && Ahead is not null && !_front.IsAtEnd && _front.TryTakeAhead(out piece, out var hash))
            {
                (recorded, isAhead) = (hash, true);
                return true;
            }
            _running = false;
            if (!_stopped && _front.IsAtEnd)
            {
                _stopped = true;
                end = new ContentHashed(null, null, _whole?.Finish() ?? []);
            }
        }
        if (end is not null)
            _report(end);
        return false;
    }

    void Append(PieceIndex piece, PieceBuffer buffer)
    {
        var isTrue = _whole!.TryAppend(piece, buffer, Proof, out var hash);
        var length = buffer.Length;
        buffer.Release();
        if (isTrue)
        {
            _checkpoint?.See(piece, hash, _whole.Savable);
            _hashedPieces = piece.Value + 1;
        }
        else
        {
            Lose(piece);
        }
        _pieceHashed(piece, hash, length, isTrue);
    }

    void HashAlone(PieceIndex piece, PieceBuffer buffer) => _workers.Do(new PieceWork(piece, buffer, Proof, WhenHashedAlone));

    void HashedAlone(PieceIndex piece, PieceHash hash, int length, bool isTrue)
    {
        if (isTrue)
            _checkpoint?.See(piece, hash);
        lock (_gate)
        {
            if (isTrue)
                _front.Add(piece);
        }
        _pieceHashed(piece, hash, length, isTrue);
        Go();
    }

    /// <summary>Pieces whose turn will not come, or not soon, are hashed as themselves only.</summary>
    void HashAlone(IReadOnlyList<(PieceIndex Piece, PieceBuffer Buffer)> pieces)
    {
        foreach (var (piece, buffer) in pieces)
            HashAlone(piece, buffer);
    }

    /// <summary>Reads a piece back before its turn: it is hashed as itself alone, and read once more for the whole.</summary>
    void LookAhead(PieceIndex piece, PieceHash recorded, byte[] memory)
    {
        var bytes = memory.AsSpan(0, _front.Layout.LengthOf(piece));
        Failure? failure;
        lock (_reading)
        {
            if (_stopped)
                return;
            failure = _file.Read(_front.Layout.OffsetOf(piece), bytes);
        }
        if (failure is null && PieceHash.Of(bytes) == recorded && Proof?.Holds(piece, recorded, bytes) != false)
        {
            _checkpoint?.See(piece, recorded);
            Ahead!.Enqueue(piece);
            return;
        }
        lock (_gate)
        {
            if (failure is not null)
                _stopped = true;
            else if (!_front.TryDrop(piece, recorded))
                return;
        }
        _report(failure is null ? new ContentHashed(piece, null, null) : new ContentHashed(null, failure, null));
    }

    /// <summary>Hashes a piece from the file; a report when it cannot be read or is not what was recorded.</summary>
    ContentHashed? ReadBack(PieceIndex piece, PieceHash? recorded, byte[] memory)
    {
        var bytes = memory.AsSpan(0, _front.Layout.LengthOf(piece));
        lock (_reading)
        {
            if (_stopped)
                return null;
            if (_file.Read(_front.Layout.OffsetOf(piece), bytes) is { } failure)
                return new ContentHashed(null, failure, null);
        }
        if (recorded is { } hash && (PieceHash.Of(bytes) != hash || Proof?.Holds(piece, hash, bytes) == false))
            return new ContentHashed(piece, null, null);
        _whole?.Append(bytes);
        if (recorded is { } seen)
            _checkpoint?.See(piece, seen, _whole?.Savable);
        else if (_whole?.Savable is { } whole)
            _checkpoint?.Reach(piece, whole);
        _hashedPieces = piece.Value + 1;
        return null;
    }

    void Report(PieceIndex piece, ContentHashed report)
    {
        if (report.Lost is not null)
            Lose(piece);
        else
            StopReading();
        _report(report);
    }

    void StopReading()
    {
        lock (_gate)
            _stopped = true;
    }

    /// <summary>A piece is not what it should be; it comes again.</summary>
    void Lose(PieceIndex piece)
    {
        IReadOnlyList<(PieceIndex, PieceBuffer)> left;
        lock (_gate)
            left = _front.Lose(piece);
        HashAlone(left);
    }
}

/// <summary>What the hasher found out: one of the three is set.</summary>
/// <param name="Lost">A recorded piece is not what stands in the file.</param>
/// <param name="Failure">The file could not be read.</param>
/// <param name="Digests">The digests of the whole content that were to be found out, in their order; all pieces are hashed.</param>
sealed record ContentHashed(PieceIndex? Lost, Failure? Failure, byte[][]? Digests);
