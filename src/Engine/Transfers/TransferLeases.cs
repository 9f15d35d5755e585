using Haul.Engine.Pieces;
using Haul.Engine.Policies;
using Haul.Engine.Sources;

namespace Haul.Engine.Transfers;

/// <summary>The connections of one transfer: who fetches what, and how many there should be. Owned by the transfer's loop.</summary>
sealed class TransferLeases(TransferRequest request, TransferTools tools, Func<Policy> policy, Action<TransferEvent> post) : IDisposable
{
    /// <summary>How often rates are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    readonly List<Lease> _leases = [];
    readonly ConnectionPlan _plan = new(request.Origin.Options.ConnectionsMax is var wish and > 0 ? Math.Min(wish, policy().OriginConnectionsMax) : policy().OriginConnectionsMax);
    readonly TransferRates _rates = new(tools.Time);
    CancellationTokenSource _stop = new();
    Task _opening = Task.CompletedTask;
    int _moreSlots;
    long _restUntil;

    /// <summary>Connections now. Read by any thread.</summary>
    public int Count => _leases.Count;

    /// <summary>How fast they are together. Read by any thread.</summary>
    public double BytesPerSecond => _rates.BytesPerSecond;

    /// <summary>Fires when all connections should end.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Keeps hold of the first request until it has reported.</summary>
    public void Start(Task opening) => _opening = opening;

    /// <summary>Gives the first answer all that is missing from where it stands.</summary>
    public void Begin(FetchGround ground, PieceTable table, HttpAnswer answer)
    {
        if (table.Request(int.MaxValue) is var (first, count))
            Run(ground, new Lease(first.Value, first.Value + count, Stopper()), answer);
        else
            answer.Dispose();
    }

    /// <summary>Gives every idle connection something to do: needed pieces, else the second half of the slowest lease.</summary>
    public void RequestMore(FetchGround ground, PieceTable table)
    {
        Extend(table);
        while (MayAdd(ground))
        {
            var lease = table.Request(LeasePieces()) is var (first, count)
                ? new Lease(first.Value, first.Value + count, Stopper())
                : Steal();
            if (lease is null || !TakeSlot())
            {
                if (lease is not null)
                    table.GiveBack(lease.Next, lease.End);
                break;
            }
            Run(ground, lease, null);
        }
        ReleaseSpare();
    }

    /// <summary>Fetches a run of needed pieces for a swarm; false where the origin, or what this machine may ask of it, does not allow it now.</summary>
    public bool TryFetch(FetchGround ground, PieceTable table, int first, int count)
    {
        if (tools.Time.GetTimestamp() < _restUntil || _stop.IsCancellationRequested || !TakeSlot())
            return false;
        for (var piece = first; piece < first + count; piece++)
            table.TryRequest(new PieceIndex(piece));
        Run(ground, new Lease(first, first + count, Stopper()), null);
        return true;
    }

    /// <summary>A connection writes the piece, or may still begin to. What it has gone past stands as it is.</summary>
    public bool MayWrite(PieceIndex piece) => _leases.Exists(lease => lease.First <= piece.Value && lease.Next - 1 <= piece.Value && piece.Value < lease.End);

    /// <summary>Ends the lease that begins within a run of pieces: another agent fetches them.</summary>
    public void Abandon(int first, int end)
    {
        foreach (var lease in _leases)
        {
            if (lease.First < first || lease.First >= end)
                continue;
            lease.IsAbandoned = true;
            lease.Stop.Cancel();
        }
    }

    /// <summary>Bytes that came since this was last asked, by the first piece of each lease.</summary>
    public IEnumerable<(int First, long Bytes)> TakeProgress()
    {
        foreach (var lease in _leases)
        {
            var bytes = Volatile.Read(ref lease.Bytes);
            if (bytes == lease.ToldBytes)
                continue;
            yield return (lease.First, bytes - lease.ToldBytes);
            lease.ToldBytes = bytes;
        }
    }

    /// <summary>Gives back connections that nothing uses.</summary>
    public void ReleaseSpare()
    {
        while (_moreSlots > Math.Max(0, _leases.Count - 1))
            ReleaseSlot();
    }

    bool MayAdd(FetchGround ground)
    {
        if (tools.Time.GetTimestamp() < _restUntil || _stop.IsCancellationRequested)
            return false;
        var most = ground is { RangesWork: true, MayResume: true } ? _plan.Wanted : 1;
        return _leases.Count < most;
    }

    /// <summary>A connection that nears its end goes on into the next pieces while they are free: its answer stays open.</summary>
    void Extend(PieceTable table)
    {
        if (table.NeededCount == 0)
            return;
        foreach (var lease in _leases)
        {
            if (lease.Left > 2)
                continue;
            var end = lease.End;
            var most = LeasePieces();
            while (most-- > 0 && table.TryRequest(new Pieces.PieceIndex(end)))
                end++;
            if (end > lease.End && !lease.TryExtend(end))
                table.GiveBack(lease.End, end);
        }
    }

    /// <summary>Takes the second half of the lease that would be busy longest.</summary>
    Lease? Steal()
    {
        Lease? slowest = null;
        double longest = TransferLimits.StealTimeMin.TotalSeconds;
        foreach (var lease in _leases)
        {
            var seconds = lease.Left * (double)Pieces.PieceLayout.StandardPieceSize / Math.Max(1, _rates.Of(lease));
            if (lease.Left >= 2 && seconds > longest)
                (slowest, longest) = (lease, seconds);
        }
        if (slowest is null)
            return null;
        var end = slowest.End;
        var cut = slowest.Cut(slowest.Next + (slowest.Left + 1) / 2);
        return cut < end ? new Lease(cut, end, Stopper()) : null;
    }

    void Run(FetchGround ground, Lease lease, HttpAnswer? answer)
    {
        _leases.Add(lease);
        lease.Running = RunAsync(new Fetch(ground, lease, answer));
    }

    async Task RunAsync(Fetch fetch)
    {
        try
        {
            await fetch.RunAsync();
        }
        catch (Exception bug)
        {
            post(new TransferEvent.Broke(bug));
        }
    }

    /// <summary>Books the end of a lease; returns how many pieces of it will still be, or have been, reported as stored.</summary>
    public int End(TransferEvent.LeaseEnded ended, PieceTable table)
    {
        var lease = ended.Lease;
        _leases.Remove(lease);
        lease.Stop.Dispose();
        table.GiveBack(lease.Next, lease.End);
        if (ended.Unfinished is { } piece)
            table.GiveBack(piece, piece + 1);
        return lease.Next - lease.First - (ended.Unfinished is null ? 0 : 1);
    }

    /// <summary>Looks at the rates: ends connections that stall, and changes how many there should be where no swarm decides that.</summary>
    public void Tick(FetchGround ground, PieceTable table, bool isSwarm)
    {
        var now = tools.Time.GetTimestamp();
        foreach (var lease in _leases)
        {
            if (tools.Time.GetElapsedTime(lease.LastByteAt, now) > SourceLimits.StallTimeout)
                lease.Stop.Cancel();
        }
        var (rate, waitShare) = _rates.Look(_leases);
        if (isSwarm)
            return;
        var left = table.Layout.Length - ground.Received;
        if (tools.Slots.IsContended(request.Origin.Host))
            _plan.Yield();
        else
            _plan.Tick(rate, waitShare, _leases.Count, rate > 0 ? left / rate : 0);
        Shape(table);
    }

    /// <summary>Cuts leases to what suits the number of connections, and ends those that are too many.</summary>
    void Shape(PieceTable table)
    {
        if (_plan.Wanted > 1 && _leases.Count == 1 && _leases[0].Left > LeasePieces())
            CutTo(_leases[0], _leases[0].Next + LeasePieces(), table);
        for (var i = _leases.Count - 1; i >= _plan.Wanted; i--)
            CutTo(_leases[i], _leases[i].Next, table);
    }

    /// <summary>Ends the connection that brought a false piece, after the piece it is at: others ask anew for what it had left.</summary>
    public void CutWhoBrought(Pieces.PieceIndex piece, PieceTable table)
    {
        foreach (var lease in _leases)
        {
            if (lease.First <= piece.Value && piece.Value < lease.Next)
                CutTo(lease, lease.Next, table);
        }
    }

    static void CutTo(Lease lease, int wanted, PieceTable table)
    {
        var end = lease.End;
        table.GiveBack(lease.Cut(wanted), end);
    }

    /// <summary>Pieces for one lease: all that is missing while one connection is enough, else some seconds' worth.</summary>
    int LeasePieces()
    {
        if (_plan.Wanted == 1)
            return int.MaxValue;
        var bytes = _rates.PerConnection * TransferLimits.LeaseTime.TotalSeconds;
        return (int)Math.Clamp(bytes / Pieces.PieceLayout.StandardPieceSize, TransferLimits.LeasePiecesMin, 1 << 20);
    }

    /// <summary>The server is too busy: fewer connections, and none anew before the time it named.</summary>
    public void Busy(TimeSpan? retryAfter)
    {
        _plan.Busy();
        var pause = retryAfter ?? TransferLimits.LeaseTime;
        var until = tools.Time.GetTimestamp() + (long)(Math.Min(pause.TotalSeconds, SourceLimits.RetryAfterMax.TotalSeconds) * tools.Time.TimestampFrequency);
        _restUntil = Math.Max(_restUntil, until);
    }

    /// <summary>A connection failed while others go on: no new one for a while.</summary>
    public void Rest() => Busy(TimeSpan.FromSeconds(2));

    public void StopAll()
    {
        _stop.Cancel();
        foreach (var lease in _leases)
            lease.Stop.Cancel();
    }

    /// <summary>All connections have ended; others may be opened.</summary>
    public void Reset()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    public void Dispose()
    {
        while (_moreSlots > 0)
            ReleaseSlot();
        _stop.Dispose();
    }

    static CancellationTokenSource Stopper() => new();

    bool TakeSlot()
    {
        if (_leases.Count <= _moreSlots)
            return true;
        if (!tools.Slots.TryTakeMore(request.Origin.Host, policy().OriginConnectionsMax))
            return false;
        _moreSlots++;
        return true;
    }

    void ReleaseSlot()
    {
        _moreSlots--;
        tools.Slots.Release(request.Origin.Host);
    }
}
