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
sealed class JobCallbacks
{
    /// <summary>Changes kept for a callback that does not come back; beyond it the oldest modifications merge into the newest.</summary>
    public const int PendingMax = 256;

    readonly TimeProvider _time;
    readonly Random _random;
    readonly Action<Action> _post;
    readonly Dictionary<Guid, Line> _lines = [];

    /// <param name="time">For the waits before repeats.</param>
    /// <param name="random">For their jitter.</param>
    /// <param name="post">Puts something into the jobs' loop, from any thread.</param>
    /// <param name="record">Has a job recorded.</param>
    public JobCallbacks(TimeProvider time, Random random, Action<Action> post, Action<Job> record)
    {
        (_time, _random, _post) = (time, random, post);
        StandIn = new JobStandIn(time, random, post) { Record = record, HasCallback = _lines.ContainsKey };
    }

    /// <summary>Who is told where nobody registered.</summary>
    public JobStandIn StandIn { get; }

    /// <summary>Registers a callback in place of any earlier one, or removes it. What is true of the job already is told to the new one.</summary>
    /// <param name="job">Which.</param>
    /// <param name="caller">Whose callback it is.</param>
    /// <param name="callback">Null for none.</param>
    /// <param name="told">The job as it was told last: what is booked since is told when it is committed. Null for a new job.</param>
    public void Register(Job job, Caller caller, JobCallback? callback, JobSnapshot? told)
    {
        if (_lines.Remove(job.Id, out var before))
            before.End();
        if (callback is null)
        {
            StandIn.Take(job.Id);
            return;
        }
        var line = new Line(job, caller, callback) { Told = told?.State };
        _lines.Add(job.Id, line);
        if (told is not null && Standing(told.State) is { } kind && Wants(job, kind))
            line.Add(kind, told, null);
        Deliver(job.Id, line);
    }

    /// <summary>Removes a callback, unless another has taken its place.</summary>
    public void Remove(Guid id, JobCallback callback)
    {
        if (!_lines.TryGetValue(id, out var line) || line.Callback != callback || !_lines.Remove(id))
            return;
        line.End();
        StandIn.Take(id);
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
        StandIn.Tell(job, snapshot);
        if (!_lines.TryGetValue(job.Id, out var line))
            return;
        if (Wants(job, NotificationKind.JobModification))
            line.AddModification(snapshot, isProgress: kind == JobEventKind.Progress);
        if (kind == JobEventKind.State)
        {
            line.Told = snapshot.State;
            line.DropOutdated();
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

    /// <summary>The job is final: after its last notifications, which may still have to be committed, its callback is let go of.</summary>
    public void Forget(Job job)
    {
        if (!_lines.TryGetValue(job.Id, out var line))
            return;
        line.IsLast = true;
        Deliver(job.Id, line);
    }

    public void EndAll()
    {
        foreach (var line in _lines.Values)
            line.End();
        _lines.Clear();
        StandIn.End();
    }

    void Deliver(Guid id, Line line)
    {
        if (line.Take() is { } next)
            line.Running = CallAsync(id, line, next);
        else if (line is { IsLast: true, IsIdle: true, Told: JobState.Acknowledged or JobState.Cancelled } && _lines.Remove(id))
            line.End();
    }

    async Task CallAsync(Guid id, Line line, Notification notification)
    {
        var answer = await AskAsync(line.Callback, notification, line.Gone);
        _post(() => Answered(id, line, notification, answer));
    }

    /// <summary>Calls a callback, off the loop.</summary>
    public static async Task<HResult> AskAsync(JobCallback callback, Notification notification, CancellationToken gone)
    {
        try
        {
            // Off the loop first: what a callback does before its first await is its own affair too.
            await Task.Yield();
            return await callback(notification, gone);
        }
        catch (Exception e)
        {
            // A callback that throws has failed; what it threw is its owner's affair.
            return new HResult(e.HResult < 0 ? e.HResult : HResults.E_FAIL.Value);
        }
    }

    void Answered(Guid id, Line line, Notification notification, HResult answer)
    {
        line.IsBusy = false;
        if (line.Gone.IsCancellationRequested)
            return;
        if (notification.Kind is NotificationKind.JobError or NotificationKind.JobTransferred)
            Settle(id, line, notification, answer);
        Deliver(id, line);
    }

    /// <summary>Repeats a notification that failed, while what it told is still true.</summary>
    void Settle(Guid id, Line line, Notification notification, HResult answer)
    {
        if (answer.Succeeded)
            StandIn.Acknowledge(line.Job, notification);
        if (answer.Succeeded || Standing(line.Told) != notification.Kind)
        {
            line.Attempts = 0;
            return;
        }
        line.Repeat(notification, _time, RepeatSchedule.Callback(++line.Attempts, _random), () => _post(() =>
        {
            line.Due(notification);
            Deliver(id, line);
        }));
    }

    /// <summary>What is told of a state for as long as it lasts.</summary>
    public static NotificationKind? Standing(JobState? state) => state switch
    {
        JobState.Transferred => NotificationKind.JobTransferred,
        JobState.Error => NotificationKind.JobError,
        _ => null,
    };

    static bool Wants(Job job, NotificationKind kind) => Want(job.NotifyFlags, kind);

    /// <summary>Whether flags ask for a notification.</summary>
    public static bool Want(NotifyFlags flags, NotificationKind kind) => (flags & NotifyFlags.Disable) == 0 && (flags & kind switch
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
        bool _isDue;
        ITimer? _timer;

        public Job Job => job;

        public Caller Caller => caller;

        public JobCallback Callback => callback;

        public CancellationToken Gone => _gone.Token;

        /// <summary>The state that was told last.</summary>
        public JobState? Told { get; set; }

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

        /// <summary>The job left the state that a notification was about: it is not repeated.</summary>
        public void DropOutdated()
        {
            if (_repeat is null || Standing(Told) == _repeat.Kind)
                return;
            Attempts = 0;
            _repeat = null;
            _timer?.Dispose();
        }

        public Notification? Take()
        {
            if (IsBusy || _gone.IsCancellationRequested)
                return null;
            Notification? next = null;
            if (_isDue && _repeat is not null)
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
            _timer?.Dispose();
            (_repeat, _isDue) = (what, false);
            _timer = time.CreateTimer(_ => due(), null, after, Timeout.InfiniteTimeSpan);
        }

        /// <summary>The wait before a repeat is over.</summary>
        public void Due(Notification what)
        {
            if (ReferenceEquals(what, _repeat))
                _isDue = true;
        }

        public void End()
        {
            _gone.Cancel();
            _timer?.Dispose();
        }
    }
}
