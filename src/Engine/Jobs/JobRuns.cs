using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>The jobs' files among the transfers: who waits, who runs, who is tried again when. Owned by the jobs' loop.</summary>
sealed class JobRuns(JobBook book, JobCallbacks callbacks, JobStore store, TransferScheduler scheduler, JobRunTools tools)
{
    readonly HashSet<Job> _active = [];
    readonly HashSet<Job> _idle = []; // nothing of theirs runs, and files wait: where none starts in the same round, they are queued
    readonly List<Task> _running = [];
    bool _isStopping;

    /// <summary>Step 2: the job is on record; its missing files go in line.</summary>
    public void Start(Job job)                                                            // :: Step 2
    {
        _active.Add(job);
        job.ProgressAt = book.Now;
        foreach (var file in job.Files)
        {
            (file.Run.RetryAt, file.Run.Attempts, file.Run.MostBytes) = (null, 0, 0);
            Queue(job, file);
        }
        // The last file may have come, or been read, in the very moment in which the job was suspended.
        Settle(job);
    }

    /// <summary>Files that were added to an active job go in line; those that wait for another try go on waiting.</summary>
    public void StartNew(Job job)
    {
        foreach (var file in job.Files)
        {
            if (file.Run.RetryAt is null)
                Queue(job, file);
        }
    }

    void Queue(Job job, JobFile file)
    {
        if (file.IsHere || file.Run.IsWaiting || file.Run.Transfer is not null)
            return;
        file.Run.IsWaiting = true;
        file.Run.RetryAt = null;
        scheduler.Add(new ScheduledFile(job.Id, file.Index, new Uri(file.Asked.RemoteName).GetLeftPart(UriPartial.Authority), job.IsForeground));
    }

    /// <summary>Takes the job's files out of line and stops its transfers; they report when they have.</summary>
    public void Stop(Job job)
    {
        _active.Remove(job);
        scheduler.Remove(job.Id);
        foreach (var file in job.Files)
        {
            file.Run.IsWaiting = false;
            file.Run.RetryAt = null;
            file.Run.Stop();
        }
    }

    public static bool IsQuiet(Job job) => job.Tally.Running.Count == 0;

    /// <summary>Puts the job's waiting files in line again, after its priority changed.</summary>
    public void Requeue(Job job)
    {
        if (!_active.Contains(job))
            return;
        scheduler.Remove(job.Id);
        foreach (var file in job.Files)
        {
            if (!file.Run.IsWaiting)
                continue;
            file.Run.IsWaiting = false;
            Queue(job, file);
        }
    }

    /// <summary>Starts what may start, and makes room for foreground files where background ones hold all connections of a host.</summary>
    public void StartMore()
    {
        if (_isStopping)
            return;
        while (scheduler.Next() is { } place)
        {
            if (book.TryFind(place.Job, out var job))
                StartTransfer(job, job.Files[place.Index], place);
            else
                scheduler.Ended(place);
        }
        foreach (var job in _idle)
        {
            if (_active.Contains(job) && IsQuiet(job))
                Move(job, JobHappening.SlotLost);
        }
        _idle.Clear();
        foreach (var host in scheduler.HostsWithForegroundWaiting)
            ForegroundRoom.Make(host, _active);
    }

    void StartTransfer(Job job, JobFile file, ScheduledFile place)                        // :: Step 3
    {
        file.Run.IsWaiting = false;
        if (tools.OpenHttp(file.Route, out var http) is { } failure)
        {
            scheduler.Ended(place);
            Fail(job, file, failure);
            return;
        }
        var transfer = new Transfer(RequestOf(job, file), http, tools.Transfers, tools.Policy, (from, report) => tools.Post(() => Reported(job, file, from, report)));
        (file.Run.Transfer, file.Run.Place, file.Run.IsStopping, file.Run.MostBytes) = (transfer, place, false, Math.Max(file.Run.MostBytes, transfer.View.Received));
        job.Tally.Count(file);
        Move(job, JobHappening.SlotFree);
        Move(job, JobHappening.RetryDue);
        book.TouchBytes(job);
        _running.RemoveAll(task => task.IsCompleted);
        _running.Add(transfer.RunAsync());
    }

    TransferRequest RequestOf(Job job, JobFile file) =>
        file.Request(job, file is { Temporary: not null, Validator: not null, Length: >= 0 } ? store.LoadPieces(job.Id, file.Index) : null);

    void Reported(Job job, JobFile file, Transfer from, TransferReport report)
    {
        if (file.Run.Transfer != from)
            return;
        switch (report)
        {
            case TransferReport.Began began:
                if (began.IsFresh)
                    store.DropPieces(job.Id, file.Index);
                file.Begin(began);
                Changed(job, file);
                break;
            case TransferReport.Checked(var whyNot):
                file.Check(whyNot);
                Changed(job, file);
                break;
            case TransferReport.Kept kept:
                store.SavePieces(job.Id, file.Index, kept.Pieces);
                break;
            case TransferReport.Restarted:
                store.DropPieces(job.Id, file.Index);
                (file.Validator, file.Length, file.Run.MostBytes) = (null, -1, 0);
                file.Run.Generation++;
                Changed(job, file);
                break;
            default:
                Ended(job, file, report);
                break;
        }
    }

    void Changed(Job job, JobFile file)
    {
        file.IsDirty = true;
        job.Tally.Count(file);
        book.Touch(job, JobEventKind.Files);
    }

    void Ended(Job job, JobFile file, TransferReport report)
    {
        var stopped = file.Run.IsStopping;
        file.Rest(file.Run.Transfer!);
        scheduler.Ended(file.Run.Place!);
        (file.Run.Transfer, file.Run.Place, file.Run.IsStopping) = (null, null, false);
        switch (report)
        {
            case TransferReport.Done done:
                (file.IsHere, file.Length, file.Sha256) = (true, done.Length, done.Sha256);
                // A download that has a part of its file may be asked for another, and then begins with these.
                if (job.Download is null || file.Asked.Ranges.Count == 0)
                    store.DropPieces(job.Id, file.Index);
                job.ProgressAt = book.Now;
                job.Tally.Count(file);
                if (file.IsTransferred)
                    callbacks.TellFile(job, file.Index);
                break;
            case TransferReport.Failed(var failure, var transient, var after) when !stopped && _active.Contains(job):
                if (transient && job.NoProgressTimeoutSeconds > 0)
                    Retry(job, file, failure, after);
                else
                    Fail(job, file, failure);
                break;
            case TransferReport.Stopped or TransferReport.Failed when _active.Contains(job):
                Queue(job, file);
                break;
        }
        Changed(job, file);
        Settle(job);
        if (job.Ending is not null && IsQuiet(job))
            tools.Quiet(job);
    }

    void Retry(Job job, JobFile file, Failure failure, TimeSpan? after)
    {
        file.Run.Failure = failure;
        file.Run.RetryAt = book.Now + RepeatSchedule.Transfer(++file.Run.Attempts, job.MinimumRetryDelay, after, tools.Random);
    }

    /// <summary>An error that does not go away by itself ends all of the job's transfers.</summary>
    public void Fail(Job job, JobFile? file, Failure failure)
    {
        Stop(job);
        if (JobTable.On(job.State, JobHappening.FatalError) is not { } next)
            return;
        JobErrors.Set(job, file, failure, null);
        book.Enter(job, next);
    }

    /// <summary>Brings the job's state in line with its files.</summary>
    void Settle(Job job)
    {
        if (!job.IsActive || !_active.Contains(job))
            return;
        if (job.Tally.Transferred == job.Files.Count)
        {
            _active.Remove(job);
            job.TransferCompleted = book.Now;
            Move(job, JobHappening.LastFileTransferred);
        }
        else if (!IsQuiet(job))
        {
            return;
        }
        else if (job.Files.Exists(file => file.Run.IsWaiting))
        {
            _idle.Add(job);
        }
        else if (job.Files.Find(file => file.Run.RetryAt is not null) is { } retrying)
        {
            JobErrors.Set(job, retrying, retrying.Run.Failure!, retrying.Run.RetryAt);
            Move(job, JobHappening.RecoverableError);
        }
        else
        {
            // What is missing is with its readers.
            Move(job, JobHappening.SlotFree);
            Move(job, JobHappening.RetryDue);
        }
    }

    /// <summary>The reader of a file to a stream has all of it.</summary>
    public void Take(Job job, JobFile file)
    {
        file.IsTaken = true;
        job.ProgressAt = book.Now;
        callbacks.TellFile(job, file.Index);
        Changed(job, file);
        Settle(job);
    }

    void Move(Job job, JobHappening happening)
    {
        if (JobTable.On(job.State, happening) is not { } next)
            return;
        if (next is not (JobState.TransientError or JobState.Error))
            job.Error = null;
        book.Enter(job, next);
    }

    /// <summary>Looks at every active job: bytes that came, retries that are due, timeouts that are over.</summary>
    public void Tick()
    {
        var now = book.Now;
        foreach (var job in _active.ToArray())
        {
            if (JobWatch.HasProgress(job))
            {
                job.ProgressAt = now;
                book.TouchBytes(job);
            }
            else if (JobWatch.Timeout(job, now) is { } timeout)
            {
                Fail(job, job.Error?.FileIndex is { } index ? job.Files[index] : null, timeout);
                continue;
            }
            // Files that were added while the job waited for a retry come along with it.
            var isDue = job.Files.Exists(file => file.Run.RetryAt <= now);
            foreach (var file in job.Files)
            {
                if (isDue && (file.Run.RetryAt is not { } due || due <= now))
                    Queue(job, file);
            }
        }
    }

    /// <summary>Stops every transfer; when all have let go and posted their last reports, calls <paramref name="done"/>.</summary>
    public async Task StopAllAsync(Action done)
    {
        _isStopping = true;
        foreach (var job in _active)
        {
            foreach (var file in job.Files)
                file.Run.Stop();
        }
        await Task.WhenAll(_running);
        done();
    }
}
