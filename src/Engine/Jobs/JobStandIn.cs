using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>Listens to jobs with a notification class while nobody else does: told what has to be acknowledged, until it is. Owned by the jobs' loop.</summary>
/// <remarks>
/// It goes by what a job is and not by what happened to it, so it is told whatever made a notification due: a state, a class or flags that
/// were set, a callback that went away, a restart. Of each job one call is under way at most; it goes on when a callback comes, which
/// is preferred from then on. What was acknowledged, by whomever, is on record and is not told again until the job enters another
/// state or gets another class.
/// </remarks>
sealed class JobStandIn(TimeProvider time, Random random, Action<Action> post)
{
    readonly Dictionary<Guid, Watch> _watches = [];
    readonly CancellationTokenSource _gone = new();
    JobCallback? _callback;

    /// <summary>Has a job recorded.</summary>
    public required Action<Job> Record { get; init; }

    /// <summary>Whether somebody listens to a job.</summary>
    public required Func<Guid, bool> HasCallback { get; init; }

    /// <summary>Takes the one who stands in, for the jobs that are there and those to come.</summary>
    /// <param name="callback">Whom to tell.</param>
    /// <param name="jobs">All jobs, each as it was told last.</param>
    public void Set(JobCallback callback, IEnumerable<(Job Job, JobSnapshot? Told)> jobs)
    {
        _callback = callback;
        foreach (var (job, told) in jobs)
        {
            if (told is not null)
                Tell(job, told);
        }
    }

    /// <summary>The job is as it was committed now.</summary>
    public void Tell(Job job, JobSnapshot told)
    {
        if (!_watches.TryGetValue(job.Id, out var watch))
        {
            if (_callback is null || told.NotificationClsid is null)
                return;
            _watches.Add(job.Id, watch = new Watch(job) { Told = told });
        }
        watch.Told = told;
        Look(watch);
    }

    /// <summary>The job's callback went away.</summary>
    public void Take(Guid id)
    {
        if (_watches.TryGetValue(id, out var watch))
            Look(watch);
    }

    /// <summary>Somebody took what was told of a job.</summary>
    public void Acknowledge(Job job, Notification told)
    {
        if (job.NotificationClsid is null || told.Job.Sequence < job.DueFrom)
            return;
        job.IsHeard = true;
        Record(job);
    }

    /// <summary>What is due of a job at this moment; a failure where nothing is, or somebody else listens.</summary>
    public Outcome<DueNotification> Due(Guid id) => _watches.TryGetValue(id, out var watch) && watch.Due is { } kind && !HasCallback(id)
        ? new DueNotification(watch.Job.Owner, kind, watch.Told)
        : new Failure(DO_E_INVALID_STATE, $"Of job {id} nothing is due any more");

    public void End()
    {
        _gone.Cancel();
        foreach (var watch in _watches.Values)
            watch.Rest();
    }

    void Look(Watch watch)
    {
        watch.Renew();
        if (watch.IsBusy || _gone.IsCancellationRequested)
            return;
        if (watch.Due is { } kind)
        {
            if (!watch.IsWaiting && !HasCallback(watch.Job.Id))
                watch.Running = CallAsync(watch, new Notification(++watch.Job.NotificationNumber, kind, watch.Told));
            return;
        }
        watch.Rest();
        if (watch.Told.NotificationClsid is null || watch.Told.State.IsFinal())
            _watches.Remove(watch.Job.Id);
    }

    async Task CallAsync(Watch watch, Notification notification)
    {
        watch.IsBusy = true;
        var answer = await JobCallbacks.AskAsync(_callback!, notification, _gone.Token);
        post(() => Answered(watch, notification, answer));
    }

    void Answered(Watch watch, Notification notification, HResult answer)
    {
        watch.IsBusy = false;
        watch.Renew();
        if (answer.Succeeded)
            Acknowledge(watch.Job, notification);
        else if (watch.Due is not null && notification.Job.Sequence >= watch.Job.DueFrom && !_gone.IsCancellationRequested)
            watch.Wait(notification, time, RepeatSchedule.Callback(++watch.Attempts, random), () => post(() => Again(watch, notification)));
        Look(watch);
    }

    void Again(Watch watch, Notification after)
    {
        if (watch.IsWaitOver(after))
            Look(watch);
    }

    /// <summary>One job, and how far it is with telling.</summary>
    sealed class Watch(Job job)
    {
        long _dueFrom = job.DueFrom;
        Notification? _failed;
        ITimer? _timer;

        public Job Job => job;

        /// <summary>The job as it was told last.</summary>
        public required JobSnapshot Told { get; set; }

        public bool IsBusy { get; set; }

        public int Attempts { get; set; }

        /// <summary>The call under way, kept so that it is not lost.</summary>
        public Task Running { get; set; } = Task.CompletedTask;

        /// <summary>A call failed, and it is not yet time for the next.</summary>
        public bool IsWaiting => _failed is not null;

        /// <summary>What is to be told; null for nothing, or while a change is not committed yet.</summary>
        public NotificationKind? Due =>
            !job.IsHeard && Told.NotificationClsid is not null && Told.Sequence >= job.DueFrom
            && JobCallbacks.Standing(Told.State) is { } kind && JobCallbacks.Want(Told.NotifyFlags, kind) ? kind : null;

        /// <summary>Forgets failures of what was due before.</summary>
        public void Renew()
        {
            if (_dueFrom == job.DueFrom)
                return;
            _dueFrom = job.DueFrom;
            Rest();
        }

        public void Rest()
        {
            (Attempts, _failed) = (0, null);
            _timer?.Dispose();
        }

        public void Wait(Notification failed, TimeProvider time, TimeSpan wait, Action over)
        {
            _timer?.Dispose();
            _failed = failed;
            _timer = time.CreateTimer(_ => over(), null, wait, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Ends the wait that a failure began; false when that one is over already.</summary>
        public bool IsWaitOver(Notification failed)
        {
            if (!ReferenceEquals(failed, _failed))
                return false;
            _failed = null;
            return true;
        }
    }
}

/// <summary>What a job's stand-in is to tell.</summary>
/// <param name="Owner">Whose job it is.</param>
/// <param name="Kind">What.</param>
/// <param name="Job">The job as it is now.</param>
sealed record DueNotification(Caller Owner, NotificationKind Kind, JobSnapshot Job);
