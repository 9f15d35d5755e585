namespace Haul.Engine.Peers;

/// <summary>When it is thought over whom to call: at once, or a moment after the last time, as in a crowd everyone is sighted by everyone, again and again.</summary>
/// <remarks>Owned by the hub's loop.</remarks>
/// <param name="time">The clock.</param>
/// <param name="post">Gives the loop something to do.</param>
/// <param name="look">Thinks it over.</param>
sealed class CallPace(TimeProvider time, Action<Action> post, Action look) : IDisposable
{
    ITimer? _timer;
    long? _lookedAt;
    bool _isToLook;

    /// <summary>At once.</summary>
    public void Now()
    {
        (_lookedAt, _isToLook) = (time.GetTimestamp(), false);
        look();
    }

    /// <summary>At once, or where that was just done, in a moment.</summary>
    public void Soon()
    {
        if (_isToLook)
            return;
        var wait = _lookedAt is { } lookedAt ? PeerHubLimits.CallsApart - time.GetElapsedTime(lookedAt) : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
        {
            Now();
            return;
        }
        _isToLook = true;
        In(wait);
    }

    /// <summary>Once more, after this; instead of what was set before.</summary>
    public void In(TimeSpan wait)
    {
        _timer ??= time.CreateTimer(_ => post(Now), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer?.Dispose();
}
