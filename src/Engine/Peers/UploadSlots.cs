namespace Haul.Engine.Peers;

/// <summary>How many pieces are sent at the same time, over all connections; the rest wait in line. Any thread.</summary>
sealed class UploadSlots(Func<int> max)
{
    readonly Lock _gate = new();
    readonly Queue<Func<bool>> _line = [];
    int _taken;
    int _waiting;

    /// <summary>Requests of all peers that wait or are served: what this agent says of its queue.</summary>
    public ushort Queue => (ushort)Math.Clamp(Volatile.Read(ref _waiting), 0, ushort.MaxValue);

    /// <summary>A request came, or is done with.</summary>
    public void Count(int change) => Interlocked.Add(ref _waiting, change);

    /// <summary>Takes a slot now, or calls back once when one was taken for the caller.</summary>
    /// <param name="granted">True where the caller still wants it; else the next in line is asked.</param>
    public bool TryTake(Func<bool> granted)
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

    /// <summary>Gives a slot to the next in line who still wants it.</summary>
    public void Release()
    {
        // A loop: thousands of connections may have ended while they stood in line.
        while (true)
        {
            Func<bool>? next;
            lock (_gate)
            {
                if (!_line.TryDequeue(out next))
                {
                    _taken--;
                    return;
                }
            }
            if (next())
                return;
        }
    }
}
