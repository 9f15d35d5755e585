using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>How jobs end: completed, cancelled, or too old. Owned by the jobs' loop; the disk's part is a worker's.</summary>
sealed class JobEndings(JobBook book, JobRuns runs, JobCallbacks callbacks, JobStore store, TransferTools tools, Func<Policy> policy)
{
    /// <summary>Puts something into the jobs' loop, from any thread.</summary>
    public required Action<Action> Post { get; init; }

    /// <summary>A Complete or Cancel is under way.</summary>
    public bool Any => book.Jobs.Any(job => job.Ending is not null);

    /// <summary>The agent is stopping: what is under way is ended, and nothing new begun.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Complete or Cancel: stops the transfers, then hands the files to a worker; the answer comes when all is done.</summary>
    public void End(Job job, Caller caller, bool isCancel, Action<Outcome<JobReply>> reply)
    {
        if (job.Ending is { } ending)
        {
            if (ending.IsCancel == isCancel)
                ending.Await(reply);
            else
                reply(JobOperations.Refuse(job.State, job.Id));
            return;
        }
        StartEnding(job, isCancel, isCancel ? job.Owner : caller).Await(reply);
        Proceed(job);
    }

    /// <summary>Cancels a job for which nobody waits.</summary>
    public void Cancel(Job job)
    {
        StartEnding(job, isCancel: true, job.Owner);
        Proceed(job);
    }

    JobEnding StartEnding(Job job, bool isCancel, Caller user)
    {
        job.Ending = new JobEnding(job, isCancel, tools.Disk, tools.Checkpoints, user, policy().FlushBeforePlace);
        runs.Stop(job);
        if (isCancel)
        {
            // On record as cancelled before the first file goes: a crash in between ends in the clean-up of Restore.
            job.Error = null;
            book.Enter(job, JobState.Cancelled);
        }
        return job.Ending;
    }

    void Proceed(Job job)
    {
        if (JobRuns.IsQuiet(job))
            TransfersStopped(job);
    }

    /// <summary>The job's last transfer has let go of its file.</summary>
    public void TransfersStopped(Job job)
    {
        var ending = job.Ending!;
        tools.Workers.Do(() =>
        {
            var done = ending.Run(job.Files);
            Post(() => Ended(job, ending, done));
        });
    }

    void Ended(Job job, JobEnding ending, DiskEnding done)
    {
        foreach (var index in done.Placed)
        {
            job.Files[index].IsCompleted = true;
            job.Files[index].IsDirty = true;
        }
        job.Ending = null;
        if (done.Failure is { } failure)
        {
            // The job stays as it was and may be completed again (contract, section 10.1).
            book.Touch(job, JobEventKind.Files);
            if (done.Damaged is { } index)
                FetchAgain(job, job.Files[index]);
            else if (job.IsActive)
                runs.Start(job);
            ending.Answer(failure);
            return;
        }
        var code = ending.Code(done);
        if (!ending.IsCancel)
        {
            job.Error = null;
            book.Enter(job, JobState.Acknowledged);
        }
        callbacks.Forget(job);
        book.Remove(job);
        store.Drop(job.Id);
        job.IsDirty = false;
        job.Files.ForEach(file => file.IsDirty = false);
        ending.Answer(new JobReply(code, job.Snapshot()));
    }

    /// <summary>What the disk has of a file is not what was brought: a job that had all its files goes for this one once more.</summary>
    void FetchAgain(Job job, JobFile file)
    {
        file.Void();
        job.Tally.Count(file);
        if (job.State == JobState.Transferred)
            book.Enter(job, JobState.Queued);
        if (job.IsActive)
            runs.Start(job);
    }

    /// <summary>Cancels jobs that are too old.</summary>
    public void EndOld()
    {
        foreach (var job in book.Jobs.ToArray())
        {
            if (job.Ending is null && book.Now - job.Created >= policy().JobAgeMax && JobTable.On(job.State, JobHappening.TooOld) is not null)
            {
                Cancel(job);
            }
        }
    }
}
