using Haul.Protocol.Api;

namespace Haul.Engine.Jobs;

/// <summary>What happened to jobs, for listeners of any speed: each reads on from where it was.</summary>
/// <remarks>
/// Keeps the last <see cref="Capacity"/> events. A listener who was away for longer is told so, and starts anew from the jobs as they
/// are: it may miss how a state was reached, never which state it is. Written by the jobs' loop, read by any thread.
/// </remarks>
sealed class EventLog
{
    /// <summary>Events kept for listeners who come back: minutes of a busy agent, and a few MiB.</summary>
    public const int Capacity = 8192;

    readonly Lock _gate = new();
    readonly JobEvent?[] _ring = new JobEvent?[Capacity];
    TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _last;

    /// <summary>The number of the newest event; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
                return _last;
        }
    }

    /// <summary>Returns when something has happened since number <paramref name="heard"/>.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public async Task MoreAsync(long heard, CancellationToken cancel)
    {
        if (Since(heard, out var more, max: 1) is { Count: 0 })
            await more.WaitAsync(cancel);
    }

    public void Append(JobEventKind kind, JobSnapshot job)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            _last++;
            _ring[_last % Capacity] = new JobEvent(_last, kind, job);
            waiting = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        waiting.SetResult();
    }

    /// <summary>Events after number <paramref name="after"/>, oldest first; null when some of them are not kept any more.</summary>
    /// <param name="after">The last event that was seen; 0 for none.</param>
    /// <param name="more">Completes with the next event.</param>
    /// <param name="max">How many at most: a listener who is slow to pass them on must not hold them all.</param>
    public IReadOnlyList<JobEvent>? Since(long after, out Task more, int max = Capacity)
    {
        lock (_gate)
        {
            more = _more.Task;
            if (after < 0 || after > _last || after < _last - Capacity)
                return null;
            var events = new JobEvent[Math.Min(max, _last - after)];
            for (var i = 0; i < events.Length; i++)
                events[i] = _ring[(after + 1 + i) % Capacity]!;
            return events;
        }
    }
}
