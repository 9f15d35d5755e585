using System.Security.Cryptography;
using System.Threading.Channels;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Streams;

/// <summary>One stream of notifications: the callbacks that are registered with it, and the calls that wait for an answer. Any thread.</summary>
/// <remarks>Bounded by the jobs: each has at most one call under way (docs/decisions/0006-notifications-in-order-per-job.md).</remarks>
sealed class NotificationSession(Caller caller, JobManager jobs)
{
    /// <summary>Registrations of jobs that have ended are looked for when there are this many, and again at twice as many.</summary>
    const int SweepFrom = 1024;

    readonly Channel<Notification> _calls = Channel.CreateUnbounded<Notification>(new UnboundedChannelOptions { SingleReader = true });
    readonly Lock _gate = new();
    readonly HashSet<Guid> _registered = [];
    readonly Dictionary<(Guid Job, long Number), TaskCompletionSource<HResult>> _open = [];
    int _sweepAt = SweepFrom;
    bool _isEnded;

    /// <summary>Names it; not to be guessed, though nobody but its user may use it anyway.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public Caller Caller => caller;

    /// <summary>Calls to be sent, in order.</summary>
    public ChannelReader<Notification> Calls => _calls.Reader;

    /// <summary>Makes a job's notifications come here.</summary>
    public async Task<Outcome<JobReply>> RegisterAsync(Guid job)
    {
        lock (_gate)
        {
            if (_isEnded)
                return Gone;
            if (_registered.Count >= _sweepAt)
                Sweep_NeedsLock();
            _registered.Add(job);
        }
        var reply = await jobs.SetCallbackAsync(caller, job, CallAsync);
        bool isLate;
        lock (_gate)
            isLate = _isEnded;
        if (isLate)
            jobs.RemoveCallback(job, CallAsync);
        return isLate ? Gone : reply;
    }

    /// <summary>Makes a job's notifications no longer come here, if they still do.</summary>
    public void Remove(Guid job)
    {
        lock (_gate)
            _registered.Remove(job);
        jobs.RemoveCallback(job, CallAsync);
    }

    /// <summary>Whether a call still waits for its answer: one whose registration was replaced does not.</summary>
    public bool IsOpen(Notification call)
    {
        lock (_gate)
            return _open.ContainsKey((call.Job.Id, call.Number));
    }

    /// <summary>Takes an answer; one that nobody waits for any more is dropped.</summary>
    public void Answer(NotificationAnswer answer)
    {
        TaskCompletionSource<HResult>? waiting;
        lock (_gate)
            _open.TryGetValue((answer.Job, answer.Number), out waiting);
        waiting?.TrySetResult(answer.Code);
    }

    /// <summary>The stream broke: what was not answered stays to be told to whoever registers next.</summary>
    public void End()
    {
        Guid[] registered;
        TaskCompletionSource<HResult>[] open;
        lock (_gate)
        {
            _isEnded = true;
            (registered, open) = ([.. _registered], [.. _open.Values]);
        }
        // Removed before the calls fail, so that none is repeated to a stream that is gone.
        foreach (var job in registered)
            jobs.RemoveCallback(job, CallAsync);
        foreach (var each in open)
            each.TrySetResult(RPC_E_DISCONNECTED);
        _calls.Writer.TryComplete();
    }

    async Task<HResult> CallAsync(Notification call, CancellationToken gone)
    {
        var key = (call.Job.Id, call.Number);
        var answer = new TaskCompletionSource<HResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isEnded)
                return RPC_E_DISCONNECTED;
            _open[key] = answer;
        }
        using var whenGone = gone.Register(() => answer.TrySetResult(RPC_E_DISCONNECTED));
        _calls.Writer.TryWrite(call);
        var code = await answer.Task;
        lock (_gate)
        {
            if (_open.GetValueOrDefault(key) == answer)
                _open.Remove(key);
        }
        return code;
    }

    void Sweep_NeedsLock()
    {
        _registered.RemoveWhere(job => jobs.Get(caller, job) is not { Succeeded: true, Value: var snapshot } || snapshot.State.IsFinal());
        _sweepAt = Math.Max(SweepFrom, 2 * _registered.Count);
    }

    static readonly Failure Gone = new(E_NOT_SET, "The session ended with its stream; open another");
}
