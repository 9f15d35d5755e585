using System.Collections.Concurrent;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>The pieces that were asked for on one connection, and their bytes as they come.</summary>
/// <remarks>
/// One loop takes bytes; anyone asks and cancels. Only one piece is there in part at a time, so a connection holds one piece's memory at most;
/// a piece that is cancelled gives it back at once, unless bytes are being put into it: then right after.
/// </remarks>
sealed class PeerArrivals(PeerLink link, PeerConnection connection, PieceBuffers buffers, TimeProvider time)
{
    /// <summary>Cancelled pieces that are remembered, in case bytes of them are still under way; a peer has 128 requests in line.</summary>
    const int CancelledMax = 1024;

    readonly ConcurrentDictionary<uint, Incoming> _all = [];
    readonly ConcurrentQueue<uint> _cancelled = [];
    Incoming? _begun; // the reader's
    uint _last;
    long _unaskedBytes;
    volatile bool _waits;

    /// <summary>The reader waits for memory. Any thread.</summary>
    public bool IsWaiting => _waits;

    /// <summary>How long ago the piece began that holds memory now; nothing where none does. Any thread.</summary>
    public TimeSpan Held => _begun is { IsCancelled: false } begun && !_waits ? time.GetElapsedTime(begun.BegunAt) : TimeSpan.Zero;

    /// <summary>A piece is asked for: the number of the request.</summary>
    public uint Expect(SwarmSeat seat, PieceIndex piece)
    {
        var id = Interlocked.Increment(ref _last);
        _all[id] = new Incoming(seat, piece, link.Tally);
        return id;
    }

    /// <summary>A piece is not wanted any more: the requests to take back.</summary>
    public IReadOnlyList<uint> Cancel(SwarmSeat seat, PieceIndex piece)
    {
        var ids = new List<uint>();
        foreach (var (id, incoming) in _all)
        {
            if (incoming.Seat != seat || incoming.Piece != piece || !incoming.Cancel())
                continue;
            ids.Add(id);
            _cancelled.Enqueue(id);
        }
        ForgetOld();
        return ids;
    }

    /// <summary>Nothing of a swarm is wanted any more.</summary>
    public void Leave(SwarmSeat seat)
    {
        foreach (var (id, incoming) in _all)
        {
            if (incoming.Seat == seat && incoming.Cancel())
                _cancelled.Enqueue(id);
        }
        ForgetOld();
    }

    /// <summary>What was cancelled long ago will not come.</summary>
    void ForgetOld()
    {
        while (_cancelled.Count > CancelledMax && _cancelled.TryDequeue(out var old))
            _all.TryRemove(old, out _);
    }

    /// <summary>A request will not be answered.</summary>
    public void Refused(uint id, HResult code, TimeSpan retry)
    {
        if (!_all.TryRemove(id, out var incoming))
            return;
        End(incoming);
        if (incoming.Cancel())
            incoming.Seat.Post(new SwarmNews.Refused(link, incoming.Piece, retry < PeerHubLimits.RetryMin ? PeerHubLimits.RetryMin : retry) { IsMissing = code == DO_E_MISSING_PIECE });
    }

    /// <summary>Puts the payload of DATA where it belongs; what is wrong with it, or null.</summary>
    public async ValueTask<Failure?> TakeAsync(PeerMessage.Bytes head, int payload, CancellationToken cancel)
    {
        if (!_all.TryGetValue(head.Id, out var incoming))
            return IsUnasked(head.Id, payload) ?? await DropAsync(payload, cancel);
        if (Fault(incoming, head, payload) is { } fault)
            return fault;
        var taken = incoming.TryEnter() && await TakeAsync(incoming, payload, cancel);
        if (!taken && connection.PayloadBytes > 0 && await DropAsync(payload, cancel) is { } lost)
            return lost;
        incoming.Filled += payload;
        if (incoming.Filled == incoming.Length)
        {
            _all.TryRemove(head.Id, out _);
            End(incoming);
        }
        if (!taken)
            return null;
        link.Tally.CountTaken(payload);
        incoming.Seat.Post(new SwarmNews.Brought(link, payload));
        if (incoming.Leave(payload, incoming.Filled == incoming.Length) is { } buffer)
            incoming.Seat.Post(new SwarmNews.Came(link, incoming.Piece, buffer));
        return null;
    }

    /// <summary>The connection is gone, and its reader with it.</summary>
    public void Close()
    {
        foreach (var incoming in _all.Values)
            incoming.Cancel();
        _all.Clear();
    }

    /// <summary>Bytes that nobody asked for. Those of a request of long ago are borne with, for as long as they come to two pieces.</summary>
    Failure? IsUnasked(uint id, int payload)
    {
        _unaskedBytes += Math.Max(payload, PeerLimits.PayloadBytesMin);
        return id == 0 || id > Volatile.Read(ref _last) || _unaskedBytes > 2 * PeerLimits.RequestBytesMax
            ? new Failure(DO_E_INVALID_PEER_MSG, $"sends bytes of a request {id} that there is not")
            : null;
    }

    /// <summary>What is wrong with bytes of a piece: they come in order and without gaps, since one piece is asked for in one request.</summary>
    Failure? Fault(Incoming incoming, PeerMessage.Bytes head, int payload)
    {
        if (head.Offset != incoming.Filled || payload > incoming.Length - incoming.Filled)
            return new Failure(DO_E_INVALID_PEER_MSG, $"sends bytes {head.Offset} to {head.Offset + payload - 1} of {incoming.Piece}, and those from {incoming.Filled} on were due");
        if (payload < PeerLimits.PayloadBytesMin && payload < incoming.Length - incoming.Filled)
            return new Failure(DO_E_INVALID_PEER_MSG, $"sends {incoming.Piece} in crumbs of {payload} bytes");
        return _begun is { } begun && begun != incoming && !begun.IsCancelled && !incoming.IsCancelled
            ? new Failure(DO_E_INVALID_PEER_MSG, $"begins {incoming.Piece} before {begun.Piece} has ended")
            : null;
    }

    /// <summary>Takes bytes of a piece that is wanted; false when the peer is gone.</summary>
    async ValueTask<bool> TakeAsync(Incoming incoming, int payload, CancellationToken cancel)
    {
        var isTaken = false;
        try
        {
            if (incoming.Buffer is null)
            {
                incoming.Buffer = await RentAsync(incoming.Length, cancel);
                incoming.BegunAt = time.GetTimestamp();
                _begun = incoming;
            }
            isTaken = await connection.TakePayloadAsync(incoming.Buffer.Memory.Slice(incoming.Filled, payload), cancel);
            return isTaken;
        }
        finally
        {
            if (!isTaken)
                incoming.Leave(0, isWhole: false);
        }
    }

    /// <summary>Waits for memory, but not longer than the connection lasts.</summary>
    async ValueTask<PieceBuffer> RentAsync(int length, CancellationToken cancel)
    {
        var renting = buffers.RentAsync(length).AsTask();
        if (renting.IsCompleted)
            return await renting;
        var ended = new TaskCompletionSource();
        await using var registration = cancel.UnsafeRegister(static box => ((TaskCompletionSource)box!).TrySetResult(), ended);
        _waits = true;
        var first = await Task.WhenAny(renting, ended.Task);
        _waits = false;
        if (first == renting)
            return await renting;
        _ = GiveBackAsync(renting);
        throw new OperationCanceledException(cancel);
    }

    static async Task GiveBackAsync(Task<PieceBuffer> renting) => (await renting).Release();

    void End(Incoming incoming)
    {
        if (_begun == incoming)
            _begun = null;
    }

    async ValueTask<Failure?> DropAsync(int payload, CancellationToken cancel)
    {
        if (!await connection.SkipPayloadAsync(cancel))
            return new Failure(DO_E_LOST_CONNECTION, "The connection ended within a piece");
        link.Tally.CountTaken(payload);
        link.Tally.CountWaste(payload);
        return null;
    }

    /// <summary>A piece that was asked for. Its memory is taken when the first bytes come.</summary>
    sealed class Incoming(SwarmSeat seat, PieceIndex piece, PeerTally tally)
    {
        readonly Lock _gate = new();
        bool _isEntered;
        int _keptBytes; // in its memory
        volatile bool _isCancelled;

        public SwarmSeat Seat => seat;
        public PieceIndex Piece => piece;
        public int Length { get; } = seat.Layout.LengthOf(piece);

        /// <summary>Bytes that came; the reader's.</summary>
        public int Filled { get; set; }

        /// <summary>Where they are; the reader's, while it has entered.</summary>
        public PieceBuffer? Buffer { get; set; }

        /// <summary>When the first of them came; the reader's.</summary>
        public long BegunAt { get; set; }

        public bool IsCancelled => _isCancelled;

        /// <summary>The reader goes to put bytes in; false where the piece was cancelled.</summary>
        public bool TryEnter()
        {
            lock (_gate)
                return _isEntered = !IsCancelled;
        }

        /// <summary>The reader is done with it; the memory, where the piece is whole and still wanted.</summary>
        public PieceBuffer? Leave(int cameBytes, bool isWhole)
        {
            lock (_gate)
            {
                _isEntered = false;
                _keptBytes += cameBytes;
                if (IsCancelled)
                    Waste();
                if (!isWhole || IsCancelled)
                    return null;
                var buffer = Buffer;
                Buffer = null;
                return buffer;
            }
        }

        /// <summary>What came is of no use any more, all of it.</summary>
        void Waste()
        {
            tally.CountWaste(_keptBytes);
            _keptBytes = 0;
            Buffer?.Release();
            Buffer = null;
        }

        /// <summary>It is not wanted any more; false where it was not before.</summary>
        public bool Cancel()
        {
            lock (_gate)
            {
                if (IsCancelled)
                    return false;
                _isCancelled = true;
                if (!_isEntered)
                    Waste();
                return true;
            }
        }
    }
}
