namespace Haul.Agent.Connections;

/// <summary>Counts calls under way, so that a stop can let them finish and take no new ones. Any thread.</summary>
sealed class CallGate
{
    readonly Lock _gate = new();
    readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _inside;
    bool _isClosed;

    /// <summary>A call comes in; false when the agent is stopping.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _inside++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_inside == 0 && _isClosed)
                _empty.SetResult();
        }
    }

    /// <summary>Lets no more in; completes when all are out.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            if (_inside == 0 && !_isClosed)
                _empty.SetResult();
            _isClosed = true;
            return _empty.Task;
        }
    }
}
