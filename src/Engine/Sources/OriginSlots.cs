namespace Haul.Engine.Sources;

/// <summary>How many connections go to each origin host, so that no server is met by more than the policy allows.</summary>
/// <remarks>
/// The first connection of a transfer is given by the scheduler. Further ones are given only while nobody else waits for that host:
/// many files side by side come before many connections for one file.
/// </remarks>
sealed class OriginSlots
{
    readonly Lock _gate = new();
    readonly Dictionary<string, int> _inUse = [];
    readonly HashSet<string> _contended = [];
    int _total;

    /// <summary>Told, on any thread, when a connection was given back.</summary>
    public Action? Freed { get; set; }

    /// <summary>Connections that were not given back yet.</summary>
    public int InUse
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    /// <summary>Takes a connection for a transfer that starts.</summary>
    public bool TryTakeFirst(string host, int hostMax)
    {
        lock (_gate)
            return TryTake_NeedsLock(host, hostMax);
    }

    /// <summary>Takes one more connection for a transfer that runs; the last one of a host is kept for whoever comes next.</summary>
    public bool TryTakeMore(string host, int hostMax)
    {
        lock (_gate)
            return !_contended.Contains(host) && TryTake_NeedsLock(host, hostMax - 1);
    }

    /// <summary>True when a transfer with several connections should give one back.</summary>
    public bool IsContended(string host)
    {
        lock (_gate)
            return _contended.Contains(host);
    }

    /// <summary>The scheduler says which hosts have files waiting.</summary>
    public void SetContended(string host, bool contended)
    {
        lock (_gate)
        {
            if (contended)
                _contended.Add(host);
            else
                _contended.Remove(host);
        }
    }

    public void Release(string host)
    {
        lock (_gate)
        {
            _total--;
            if (--_inUse[host] == 0)
                _inUse.Remove(host);
        }
        Freed?.Invoke();
    }

    bool TryTake_NeedsLock(string host, int hostMax)
    {
        var inUse = _inUse.GetValueOrDefault(host);
        if (inUse >= hostMax || _total >= SourceLimits.ConnectionsMax)
            return false;
        _inUse[host] = inUse + 1;
        _total++;
        return true;
    }
}
