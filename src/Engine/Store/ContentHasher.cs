using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;

namespace Haul.Engine.Store;

/// <summary>Hashes a whole content from front to back while its pieces arrive in any order.</summary>
/// <remarks>
/// A piece that continues the run is hashed from memory; one that came too early is read back from the file when its turn comes, by
/// then from the system's page cache. Pieces of an earlier run of the program are read back too, and held against their recorded
/// hash: after a power cut the record may know more than the disk.
/// </remarks>
sealed class ContentHasher : IThreadPoolWorkItem
{
    readonly IDiskFile _file;
    readonly Workers _workers;
    readonly Action<ContentHashed> _report;
    readonly IncrementalHash[] _hashes;

    readonly Lock _gate = new();

    // Held while the file is read, so that whoever stops the hasher may close the file.
    readonly Lock _reading = new();

    // Guarded by the gate.
    PieceLayout _layout;
    readonly Dictionary<int, PieceBuffer> _inMemory = [];
    readonly Dictionary<int, PieceHash> _unproved = [];
    readonly PieceSet _stored;
    int _next;
    int _ready;
    bool _running;
    bool _stopped;

    /// <param name="layout">The content's layout.</param>
    /// <param name="file">Where the pieces are.</param>
    /// <param name="algorithms">SHA-256, and what else is expected.</param>
    /// <param name="workers">Who hashes.</param>
    /// <param name="report">Told from any thread: a piece that was lost, a disk failure, or the digests at the end.</param>
    public ContentHasher(PieceLayout layout, IDiskFile file, IReadOnlyList<HashAlgorithmName> algorithms, Workers workers, Action<ContentHashed> report)
    {
        (_layout, _file, _workers, _report) = (layout, file, workers, report);
        _stored = new PieceSet(layout.Count);
        _hashes = [.. algorithms.Select(IncrementalHash.CreateHash)];
    }

    /// <summary>A piece stands in the file; its bytes are at hand.</summary>
    public void Offer(PieceIndex piece, PieceBuffer buffer)
    {
        lock (_gate)
        {
            _stored.Add(piece);
            if (piece.Value == _ready)
                _inMemory[piece.Value] = buffer.Share();
        }
        Advance();
    }

    /// <summary>Pieces of an earlier run stand in the file, with these hashes.</summary>
    public void Recall(IEnumerable<(PieceIndex Piece, PieceHash Hash)> pieces)
    {
        lock (_gate)
        {
            foreach (var (piece, hash) in pieces)
            {
                _stored.Add(piece);
                _unproved[piece.Value] = hash;
            }
        }
        Advance();
    }

    /// <summary>Lets go of memory; nothing more is reported but what is under way.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            LetGo_NeedsLock();
        }
        lock (_reading)
        {
            // Whatever was being read has been read.
        }
    }

    /// <summary>The length became known at the end of the last answer.</summary>
    public void Close(PieceLayout layout)
    {
        lock (_gate)
            _layout = layout;
        Advance();
    }

    void LetGo_NeedsLock()
    {
        foreach (var buffer in _inMemory.Values)
            buffer.Release();
        _inMemory.Clear();
    }

    void Advance()
    {
        lock (_gate)
        {
            while (_ready < _layout.Count && _stored.Contains(new PieceIndex(_ready)))
                _ready++;
            if (_running || _stopped || (_next == _ready && _next != _layout.Count))
                return;
            _running = true;
        }
        _workers.Do(this);
    }

    /// <summary>Hashes all that is ready, then rests.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        byte[]? readBack = null;
        while (Take(out var piece, out var buffer, out var recorded))
        {
            var report = buffer is not null ? Append(buffer) : ReadBack(piece, recorded, readBack ??= new byte[_layout.PieceSize]);
            if (report is not null && !Lose(piece, report))
                return;
        }
    }

    bool Take(out PieceIndex piece, out PieceBuffer? buffer, out PieceHash? recorded)
    {
        lock (_gate)
        {
            piece = new PieceIndex(_next);
            buffer = null;
            recorded = null;
            if (_stopped || _next == _ready)
            {
                _running = false;
                return Finish_NeedsLock();
            }
            _inMemory.Remove(_next, out buffer);
            recorded = _unproved.Remove(_next, out var hash) ? hash : null;
            _next++;
            return true;
        }
    }

    bool Finish_NeedsLock()
    {
        if (!_stopped && _next == _layout.Count)
        {
            _stopped = true;
            _report(new ContentHashed(null, null, [.. _hashes.Select(h => h.GetHashAndReset())]));
        }
        return false;
    }

    ContentHashed? Append(PieceBuffer buffer)
    {
        foreach (var hash in _hashes)
            hash.AppendData(buffer.Span);
        buffer.Release();
        return null;
    }

    ContentHashed? ReadBack(PieceIndex piece, PieceHash? recorded, byte[] memory)
    {
        lock (_reading)
            return _stopped ? null : ReadBack_NeedsLock(piece, recorded, memory);
    }

    ContentHashed? ReadBack_NeedsLock(PieceIndex piece, PieceHash? recorded, byte[] memory)
    {
        var bytes = memory.AsSpan(0, _layout.LengthOf(piece));
        if (_file.Read(_layout.OffsetOf(piece), bytes) is { } failure)
            return new ContentHashed(null, failure, null);
        if (recorded is { } hash && PieceHash.Of(bytes) != hash)
            return new ContentHashed(piece, null, null);
        foreach (var each in _hashes)
            each.AppendData(bytes);
        return null;
    }

    /// <summary>Takes a bad piece back, so that it is waited for; false when the disk failed.</summary>
    bool Lose(PieceIndex piece, ContentHashed report)
    {
        lock (_gate)
        {
            if (report.Lost is null)
            {
                _running = false;
                _stopped = true;
            }
            else
            {
                // Memory is not held while a connection may need it to bring the piece again.
                LetGo_NeedsLock();
                _stored.Remove(piece);
                _next = _ready = piece.Value;
            }
        }
        _report(report);
        return report.Lost is not null;
    }
}

/// <summary>What the hasher found out: one of the three is set.</summary>
/// <param name="Lost">A recorded piece is not what stands in the file.</param>
/// <param name="Failure">The file could not be read.</param>
/// <param name="Digests">The digests of the whole content, in the order of the algorithms.</param>
sealed record ContentHashed(PieceIndex? Lost, Haul.Protocol.Contract.Failure? Failure, byte[][]? Digests);
