using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Engine.Store;

/// <summary>What this start of the system has seen stand in one content's file, for the run that comes after a kill. Any thread.</summary>
/// <remarks>
/// <para>A head, then a slot for each piece: its hash, and the running SHA-256 of all bytes up to its end where that is known. Both are
/// facts about the file's bytes alone, whatever content they are of. Nothing is flushed: what a killed program wrote is there, and after
/// another start of the system no checkpoint is read (decision 28).</para>
/// <para>A piece that is here is never written over before the checkpoint was made void.</para>
/// </remarks>
sealed class Checkpoint : IDisposable
{
    readonly IDiskFile _record;
    readonly IDiskFile _content;
    readonly PieceLayout _layout;

    // Guards the rest, and the order of what is written.
    readonly Lock _gate = new();
    readonly PieceSet _seen;
    readonly byte[] _slot = new byte[CheckpointFormat.SlotBytes];
    readonly byte[] _head = new byte[CheckpointFormat.HeadBytes];
    readonly ulong _attachment;
    long _changedAt;
    bool _isWhole; // all is here: nothing is written any more
    bool _isOver; // nothing more is said
    bool _isVoid; // and nothing that was said counts

    /// <param name="record">Where it is kept; empty. Its own from now on.</param>
    /// <param name="content">The content's file, open as long as this.</param>
    /// <param name="layout">The content's layout.</param>
    /// <param name="attachment">Of the volume of the content's file.</param>
    public Checkpoint(IDiskFile record, IDiskFile content, PieceLayout layout, ulong attachment) =>
        (_record, _content, _layout, _attachment, _seen) = (record, content, layout, attachment, new PieceSet(layout.Count));

    /// <summary>A piece was seen to stand in the file.</summary>
    /// <param name="piece">Which.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="state">The running hash of all bytes up to its end; none where it is not known.</param>
    public void See(PieceIndex piece, PieceHash hash, ReadOnlySpan<byte> state = default)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _seen.Add(piece);
            CheckpointFormat.WriteSlot(_slot, hash, state);
            // One that cannot be written is not said.
            _ = _record.Write(CheckpointFormat.OffsetOf(piece), _slot);
            WriteHead();
        }
    }

    /// <summary>The same, by what has taken in all bytes up to the piece's end.</summary>
    public void See(PieceIndex piece, PieceHash hash, RunningDigest? whole)
    {
        Span<byte> state = stackalloc byte[RunningDigest.StateBytes];
        See(piece, hash, whole?.TrySave(state) == true ? state : default);
    }

    /// <summary>All bytes up to the end of a piece were hashed in a row: one that was seen before, as itself.</summary>
    public void Reach(PieceIndex piece, RunningDigest whole)
    {
        Span<byte> state = stackalloc byte[RunningDigest.StateBytes];
        if (!whole.TrySave(state))
            return;
        lock (_gate)
        {
            if (_isOver || !_seen.Contains(piece) || _record.Read(CheckpointFormat.OffsetOf(piece), _slot) is not null || !CheckpointFormat.TryReadSlot(_slot, out var hash, out _))
                return;
            CheckpointFormat.WriteSlot(_slot, hash, state);
            _ = _record.Write(CheckpointFormat.OffsetOf(piece), _slot);
        }
    }

    /// <summary>All is here, and known to be the content of this SHA-256: hashed from the front, or piece by piece where a publisher vouches for the whole.</summary>
    public void SeeWhole(PieceHash sha256)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _isWhole = true;
            CheckpointFormat.WriteSlot(_slot, sha256, default);
            _ = _record.Write(CheckpointFormat.OffsetOfWhole(_layout), _slot);
            WriteHead();
        }
    }

    /// <summary>The file was changed by nobody but us up to now.</summary>
    public void Touch()
    {
        lock (_gate)
        {
            if (!_isOver)
                WriteHead();
        }
    }

    void WriteHead()
    {
        if (_content.State is not { } state || state.ChangedAt == _changedAt)
            return;
        _changedAt = state.ChangedAt;
        CheckpointFormat.WriteHead(_head, _layout, _attachment, state);
        _ = _record.Write(0, _head);
    }

    /// <summary>Bytes are about to be written: where a piece stands that was seen, that is not so from here on.</summary>
    /// <returns>Why they must not be written: the checkpoint would be wrong, and cannot be made void.</returns>
    public Failure? BeforeWrite(long offset, int length)
    {
        lock (_gate)
        {
            if (_isVoid || length == 0)
                return null;
            // It was to be void, and that could not be written; or it speaks for every byte.
            if (_isOver || _isWhole)
                return Void();
            var last = (int)Math.Min(_layout.Count - 1, (offset + length - 1) / _layout.PieceSize);
            for (var i = (int)Math.Min(_layout.Count, offset / _layout.PieceSize); i <= last; i++)
            {
                if (_seen.Contains(new PieceIndex(i)))
                    return Void();
            }
            return null;
        }
    }

    /// <summary>Nothing that was seen counts any more.</summary>
    public Failure? Void()
    {
        lock (_gate)
        {
            if (_isVoid)
                return null;
            _isOver = true;
            _head.AsSpan().Clear();
            var failure = _record.Write(0, _head);
            _isVoid = failure is null;
            return failure;
        }
    }

    /// <summary>Nothing more is seen; what was stays on record.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Touch();
            _isOver = true;
            _record.Dispose();
        }
    }
}
