using Haul.Engine.Pieces;

namespace Haul.Engine.Transfers;

/// <summary>A run of pieces that one connection fetches in order. The loop may cut its end while the connection works on.</summary>
sealed class Lease
{
    // Next piece to claim in the high half, end of the run in the low half: claimed by the worker, cut by the loop, so one word.
    long _run;

    public Lease(int first, int end, CancellationTokenSource stop)
    {
        _run = Pack(first, end);
        (First, FirstEnd) = (first, end);
        Stop = stop;
    }

    /// <summary>The first piece it was given.</summary>
    public int First { get; }

    /// <summary>Behind the last piece that it was first given.</summary>
    public int FirstEnd { get; }

    /// <summary>Ends the connection at once.</summary>
    public CancellationTokenSource Stop { get; }

    /// <summary>Another agent fetches these pieces: how it ends is no matter.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Bytes of which the swarm was told. Owned by the loop.</summary>
    public long ToldBytes { get; set; }

    /// <summary>The connection at work, kept by the loop.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>When a byte came last, as a timestamp of the clock. Written by the worker.</summary>
    public long LastByteAt;

    /// <summary>Bytes that came. Written by the worker.</summary>
    public long Bytes;

    /// <summary>Time spent waiting for bytes, as clock ticks. Written by the worker.</summary>
    public long Waited;

    /// <summary>Pieces from <see cref="First"/> to here have been claimed; the worker owns them until it reports them.</summary>
    public int Next => (int)(Volatile.Read(ref _run) >> 32);

    /// <summary>Behind the last piece.</summary>
    public int End => (int)Volatile.Read(ref _run);

    /// <summary>Pieces nobody has begun.</summary>
    public int Left => End - Next;

    /// <summary>The worker takes the next piece; false at the end of the run.</summary>
    public bool TryClaim(out PieceIndex piece)
    {
        while (true)
        {
            var run = Volatile.Read(ref _run);
            var next = (int)(run >> 32);
            piece = new PieceIndex(next);
            if (next >= (int)run)
                return false;
            if (Interlocked.CompareExchange(ref _run, Pack(next + 1, (int)run), run) == run)
                return true;
        }
    }

    /// <summary>The loop adds a piece at the end; false when the worker has already seen the end.</summary>
    public bool TryExtend(int end)
    {
        var run = Volatile.Read(ref _run);
        var next = (int)(run >> 32);
        return next < (int)run && Interlocked.CompareExchange(ref _run, Pack(next, end), run) == run;
    }

    /// <summary>The loop takes the pieces from <paramref name="end"/> on away, or from the next one not begun; returns where it cut.</summary>
    public int Cut(int end)
    {
        while (true)
        {
            var run = Volatile.Read(ref _run);
            var next = (int)(run >> 32);
            var cut = Math.Min((int)run, Math.Max(next, end));
            if (Interlocked.CompareExchange(ref _run, Pack(next, cut), run) == run)
                return cut;
        }
    }

    static long Pack(int next, int end) => ((long)next << 32) | (uint)end;
}
