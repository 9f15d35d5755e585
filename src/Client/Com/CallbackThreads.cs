namespace Haul.Client.Com;

/// <summary>Threads on which clients are called back: as many as there are calls under way, so that one that blocks holds up no other.</summary>
/// <remarks>Not the runtime's pool, which adds threads slowly when all of them are held. Bounded by the jobs: each has one call under way.</remarks>
static class CallbackThreads
{
    /// <summary>A thread that had nothing to do for so long ends.</summary>
    static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);

    static readonly object _gate = new();
    static readonly Queue<Action> _waiting = new();
    static int _idle;

    /// <summary>Runs something at once, on a thread of its own as long as it takes.</summary>
    public static void Run(Action call)
    {
        lock (_gate)
        {
            _waiting.Enqueue(call);
            if (_waiting.Count <= _idle)
            {
                Monitor.Pulse(_gate);
                return;
            }
        }
        new Thread(Work) { IsBackground = true, Name = "haul callback" }.Start();
    }

    static void Work()
    {
        while (Take() is { } call)
            call();
    }

    static Action? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                _idle++;
                var isWanted = Monitor.Wait(_gate, IdleMax);
                _idle--;
                if (!isWanted && _waiting.Count == 0)
                    return null;
            }
            return _waiting.Dequeue();
        }
    }
}
