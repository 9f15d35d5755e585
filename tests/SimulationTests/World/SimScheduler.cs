namespace Haul.SimulationTests.World;

/// <summary>Runs everything in one thread, in an order that a die picks; when nothing can run, the next timer fires.</summary>
/// <remarks>
/// The same seed gives the same run as long as nothing leaves the thread. What does leave it comes back by a post from another
/// thread: that is a hop, and the run fails with the stack that shows who hopped.
/// </remarks>
sealed class SimScheduler(int seed)
{
    /// <summary>When every world begins: a Monday.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    readonly Random _die = new(seed);
    readonly int _thread = Environment.CurrentManagedThreadId;
    readonly List<Turn> _runnable = [];
    readonly PriorityQueue<Turn, (long Due, int Die, long Number)> _timers = new();
    readonly Lock _gate = new();
    string? _hop;
    long _armed;

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Turns that were run.</summary>
    public long Steps { get; private set; }

    /// <summary>Whose turn was the last.</summary>
    public SimLane? Last { get; private set; }

    /// <summary>A number for everything that was run so far and in which order: equal for equal runs.</summary>
    public ulong Trail { get; private set; } = 14695981039346656037;

    public void Post(SimLane lane, SendOrPostCallback what, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            lock (_gate)
                _hop ??= Environment.StackTrace;
            return;
        }
        if (!lane.IsDead)
            _runnable.Add(new Turn(lane, what, state));
    }

    public void At(SimLane lane, TimeSpan due, Action what)
    {
        var at = Elapsed.Ticks + Math.Max(0, due.Ticks);
        _timers.Enqueue(new Turn(lane, static what => ((Action)what!)(), what), (at, _die.Next(), ++_armed));
    }

    /// <summary>Runs one turn; false when nothing will ever happen again.</summary>
    public bool Step()
    {
        lock (_gate)
        {
            if (_hop is not null)
                throw new InvalidOperationException($"Something left the simulation's thread and came back from another one:\n{_hop}");
        }
        if (_runnable.Count == 0)
            return FireNext();
        var index = _die.Next(_runnable.Count);
        var turn = _runnable[index];
        _runnable[index] = _runnable[^1];
        _runnable.RemoveAt(_runnable.Count - 1);
        Mark(index);
        Run(turn);
        return true;
    }

    bool FireNext()
    {
        while (_timers.TryDequeue(out var turn, out var key))
        {
            if (turn.Lane.IsDead)
                continue;
            Elapsed = TimeSpan.FromTicks(key.Due);
            Mark(key.Due);
            Run(turn);
            return true;
        }
        return false;
    }

    void Run(Turn turn)
    {
        if (turn.Lane.IsDead)
            return;
        Steps++;
        Last = turn.Lane;
        SynchronizationContext.SetSynchronizationContext(turn.Lane);
        try
        {
            turn.What(turn.State);
        }
        catch (Exception) when (turn.Lane.IsDead)
        {
            // It crashed in the middle of its turn: what it meant to do next is nobody's affair.
        }
    }

    void Mark(long value) => Trail = (Trail ^ (ulong)value) * 1099511628211;

    readonly record struct Turn(SimLane Lane, SendOrPostCallback What, object? State);
}
