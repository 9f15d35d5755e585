using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>Told what happened to a job; answers with an HRESULT. May take as long as it likes and call any operation.</summary>
delegate Task<HResult> JobCallback(Notification notification, CancellationToken gone);

/// <summary>The callbacks of all jobs: per job in order, one at a time, never in the way of a transfer. Owned by the jobs' loop.</summary>
/// <remarks>
/// A change of state, files or properties is told at once and by itself; bytes wait until the callback before has come back, and are
/// told at most once per progress interval. JobError and JobTransferred that fail are repeated until acknowledged or until the state
/// has changed, and are told to whoever registers later. Registrations are not recorded: they end with the program that made them.
/// </remarks>
sealed class JobCallbacks(TimeProvider time, Random random, Action<Action> post)
{
    /// <summary>Changes kept for a callback that does not come back; beyond it the oldest modifications merge into the newest.</summary>
    public const int PendingMax = 256;

    readonly Dictionary<Guid, Line> _lines = [];

    /// <summary>Registers a callback in place of any earlier one, or removes it. What is true of the job already is told to the new one.</summary>
    public void Register(Job job, Caller caller, JobCallback? callback)
    {
        if (_lines.Remove(job.Id, out var before))
            before.End();
        if (callback is null)
            return;
        var line = new Line(job, caller, callback);
        _lines.Add(job.Id, line);
        if (Standing(job) is { } kind && Wants(job, kind))
            line.Add(kind, job.Snapshot(), null);
        Deliver(job.Id, line);
    }

    /// <summary>Removes a callback, unless another has taken its place.</summary>
    public void Remove(Guid id, JobCallback callback)
    {
        if (_lines.TryGetValue(id, out var line) && line.Callback == callback && _lines.Remove(id))
            line.End();
    }

    /// <summary>The job has another owner: a callback of someone who may not see it any more hears no more of it.</summary>
    public void RemoveStranger(Job job)
    {
        if (_lines.TryGetValue(job.Id, out var line) && !JobManager.MaySee(line.Caller, job.Snapshot()))
            Remove(job.Id, line.Callback);
    }

    /// <summary>Something was committed: tells the job's callback what it wants to know of it.</summary>
    public void Tell(Job job, JobEventKind kind, JobSnapshot snapshot)
    {
        if (!_lines.TryGetValue(job.Id, out var line))
            return;
        if (Wants(job, NotificationKind.JobModification))
            line.AddModification(snapshot, isProgress: kind == JobEventKind.Progress);
        if (kind == JobEventKind.State)
        {
            line.DropOutdated(snapshot.State);
            if (Standing(snapshot.State) is { } standing && Wants(job, standing))
                line.Add(standing, snapshot, null);
        }
        Deliver(job.Id, line);
    }

    /// <summary>A file of the job is here.</summary>
    public void TellFile(Job job, int file)
    {
        if (_lines.TryGetValue(job.Id, out var line) && Wants(job, NotificationKind.FileTransferred))
            line.Add(NotificationKind.FileTransferred, job.Snapshot(), file);
    }

    /// <summary>The job is final and its last notifications are under way.</summary>
    public void Forget(Job job)
    {
        if (_lines.TryGetValue(job.Id, out var line))
            line.IsLast = true;
    }

    public void EndAll()
    {
        foreach (var line in _lines.Values)
            line.End();
        _lines.Clear();
    }

    void Deliver(Guid id, Line line)
    {
        if (line.Take() is { } next)
            line.Running = CallAsync(id, line, next);
        else if (line is { IsLast: true, IsIdle: true } && _lines.Remove(id))
            line.End();
    }

    async Task CallAsync(Guid id, Line line, Notification notification)
    {
        HResult answer;
        try
        {
            // Off the loop first: what a callback does before its first await is its own affair too.
            await Task.Yield();
            answer = await line.Callback(notification, line.Gone);
        }
        catch (Exception e)
        {
            // A callback that throws has failed; what it threw is its owner's affair.
            answer = new HResult(e.HResult < 0 ? e.HResult : HResults.E_FAIL.Value);
        }
        post(() => Answered(id, line, notification, answer));
    }

    void Answered(Guid id, Line line, Notification notification, HResult answer)
    {
        line.IsBusy = false;
        if (answer.Failed && line.IsStanding(notification.Kind) && !line.Gone.IsCancellationRequested)
            line.Repeat(notification, time, RepeatSchedule.Callback(++line.Attempts, random), () => post(() => Deliver(id, line)));
        else
            line.Attempts = 0;
        if (!line.Gone.IsCancellationRequested)
            Deliver(id, line);
    }

    static NotificationKind? Standing(Job job) => Standing(job.State);

    static NotificationKind? Standing(JobState state) => state switch
    {
        JobState.Transferred => NotificationKind.JobTransferred,
        JobState.Error => NotificationKind.JobError,
        _ => null,
    };

    static bool Wants(Job job, NotificationKind kind) => (job.NotifyFlags & NotifyFlags.Disable) == 0 && (job.NotifyFlags & kind switch
    {
        NotificationKind.JobTransferred => NotifyFlags.JobTransferred,
        NotificationKind.JobError => NotifyFlags.JobError,
        NotificationKind.FileTransferred => NotifyFlags.FileTransferred,
        _ => NotifyFlags.JobModification,
    }) != 0;

    /// <summary>What waits to be told to one callback.</summary>
    sealed class Line(Job job, Caller caller, JobCallback callback)
    {
        readonly LinkedList<(Notification What, bool IsProgress)> _pending = [];
        readonly CancellationTokenSource _gone = new();
        Notification? _repeat;
        ITimer? _timer;

        public Caller Caller => caller;

        public JobCallback Callback => callback;

        public CancellationToken Gone => _gone.Token;

        public bool IsBusy { get; set; }

        public bool IsLast { get; set; }

        public int Attempts { get; set; }

        /// <summary>The call under way, kept so that it is not lost.</summary>
        public Task Running { get; set; } = Task.CompletedTask;

        public bool IsIdle => !IsBusy && _pending.Count == 0 && _repeat is null;

        public void Add(NotificationKind kind, JobSnapshot snapshot, int? file) => _pending.AddLast((new Notification(++job.NotificationNumber, kind, snapshot, file), false));

        public void AddModification(JobSnapshot snapshot, bool isProgress)
        {
            var last = _pending.Last;
            // Bytes merge with bytes that still wait; other changes only when there are too many.
            if (last is { Value.What.Kind: NotificationKind.JobModification } && (last.Value.IsProgress || _pending.Count >= PendingMax))
                last.Value = (last.Value.What with { Job = snapshot }, isProgress && last.Value.IsProgress);
            else
                _pending.AddLast((new Notification(++job.NotificationNumber, NotificationKind.JobModification, snapshot), isProgress));
        }

        /// <summary>The job is still in the state that such a notification is about.</summary>
        public bool IsStanding(NotificationKind kind) => Standing(job) == kind;

        /// <summary>The job left the state that a notification was about: it is not repeated.</summary>
        public void DropOutdated(JobState now)
        {
            if (_repeat is not null && Standing(now) != _repeat.Kind)
                _repeat = null;
        }

        public Notification? Take()
        {
            if (IsBusy || _gone.IsCancellationRequested)
                return null;
            Notification? next = null;
            if (_timer is null && _repeat is not null)
            {
                next = _repeat;
                _repeat = null;
            }
            else if (_pending.First is { } first)
            {
                _pending.RemoveFirst();
                next = first.Value.What;
            }
            IsBusy = next is not null;
            return next;
        }

        public void Repeat(Notification what, TimeProvider time, TimeSpan after, Action due)
        {
            _repeat = what;
            _timer?.Dispose();
            _timer = time.CreateTimer(_ =>
            {
                Interlocked.Exchange(ref _timer, null)?.Dispose();
                due();
            }, null, after, Timeout.InfiniteTimeSpan);
        }

        public void End()
        {
            _gone.Cancel();
            _timer?.Dispose();
        }
    }
}
