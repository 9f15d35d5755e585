namespace Haul.Engine.Peers;

/// <summary>How many pieces are sent at the same time, over all connections; the rest wait in line. Any thread.</summary>
sealed class UploadSlots(Func<int> max)
{
    readonly Lock _gate = new();
    readonly Queue<Action> _line = [];
    int _taken;
    int _waiting;

    /// <summary>Requests of all peers that wait or are served: what this agent says of its queue.</summary>
    public ushort Queue => (ushort)Math.Min(ushort.MaxValue, Volatile.Read(ref _waiting));

    /// <summary>A request came, or is done with.</summary>
    public void Count(int change) => Interlocked.Add(ref _waiting, change);

    /// <summary>Takes a slot now, or calls back once when one was taken for the caller.</summary>
    public bool TryTake(Action granted)
    {
        lock (_gate)
        {
            if (_taken >= max())
            {
                _line.Enqueue(granted);
                return false;
            }
            _taken++;
            return true;
        }
    }

    public void Release()
    {
        Action? next;
        lock (_gate)
        {
            if (!_line.TryDequeue(out next))
                _taken--;
        }
        next?.Invoke();
    }
}
