using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>The operations of the contract, inside the jobs' loop: each asks the <see cref="JobTable"/> and books what follows.</summary>
sealed class JobOperations(JobBook book, JobRuns runs, JobCallbacks callbacks, JobStore store, JobEndings endings, Func<Policy> policy)
{
    /// <summary>The job, if the caller may touch it.</summary>
    public Outcome<Job> Find(Caller caller, Guid id)
    {
        if (!book.TryFind(id, out var job))
            return book.Read(id) is { } last && JobManager.MaySee(caller, last) ? Refuse(last.State, id) : NotFound(id);
        return caller.IsAdministrator || job.Owner.Uid == caller.Uid ? job : NotYours(id);
    }

    /// <summary>All jobs.</summary>
    public IEnumerable<Job> Jobs => book.Jobs;

    /// <param name="caller">Whose it is.</param>
    /// <param name="asked">What it is to be.</param>
    /// <param name="download">What makes it a download, or null.</param>
    public Outcome<JobSnapshot> Create(Caller caller, CreateJob asked, DownloadFacet? download = null)
    {
        if (book.CountOf(caller.Uid) >= policy().JobsPerUserMax)
            return new Failure(BG_E_TOO_MANY_JOBS_PER_USER, $"{caller.Name} has {policy().JobsPerUserMax} jobs already; complete or cancel some");
        var job = new Job(Guid.NewGuid(), caller, asked.DisplayName, book.Now) { Download = download };
        if (asked.Files.Count > 0 && AddTo(job, asked.Files) is { } refused)
            return refused;
        if (asked.Properties is { } properties)
            Apply(job, properties);
        book.Add(job);
        if (asked.Resume && Resume(job) is { Succeeded: false } failed)
            return failed.Failure;
        return job.Snapshot();
    }

    /// <summary>Adds files to any job but a download, which takes its one file when it is started.</summary>
    public Outcome<IReadOnlyList<FileSnapshot>> AddFiles(Job job, IReadOnlyList<AddFile> files) => job.Download is null
        ? Put(job, files)
        : new Failure(E_INVALIDARG, $"Job {job.Id} is a download, which has one file and takes it when it is started");

    /// <summary>Adds files to any job.</summary>
    public Outcome<IReadOnlyList<FileSnapshot>> Put(Job job, IReadOnlyList<AddFile> files)
    {
        if (JobTable.On(job.State, JobOperation.AddFile).Code.Failed || job.Ending is not null)
            return Refuse(job.State, job.Id);
        var first = job.Files.Count;
        if (AddTo(job, files) is { } refused)
            return refused;
        book.Touch(job, JobEventKind.Files);
        if (job.State is JobState.Queued or JobState.Transferring)
            runs.StartNew(job);
        return job.Files.Skip(first).Select(file => file.Snapshot()).ToArray();
    }

    Failure? AddTo(Job job, IReadOnlyList<AddFile> files)
    {
        if (job.Files.Count + files.Count > policy().FilesPerJobMax)
            return new Failure(BG_E_TOO_MANY_FILES_IN_JOB, $"The job would have {job.Files.Count + files.Count} files; {policy().FilesPerJobMax} are allowed");
        var ids = job.Files.Select(file => file.Asked.FileId!).ToHashSet(StringComparer.Ordinal);
        var names = job.Files.Select(file => file.Asked.LocalName).ToHashSet(StringComparer.Ordinal);
        var added = new List<JobFile>();
        foreach (var asked in files)
        {
            var index = job.Files.Count + added.Count;
            var id = asked.FileId ?? FreeId(ids, index);
            if (!ids.Add(id))
                return new Failure(E_INVALIDARG, $"The job has a file with the id '{id}' already");
            if (!names.Add(asked.LocalName))
                return new Failure(E_INVALIDARG, $"The job has a file for {asked.LocalName} already");
            added.Add(new JobFile(index, JobRules.WithSecretsApart(asked) with { FileId = id }, TemporaryPath(job.Id, index, asked.LocalName)));
        }
        added.ForEach(job.Add);
        return null;
    }

    static string FreeId(HashSet<string> ids, int index)
    {
        var id = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        while (ids.Contains(id))
            id += "'";
        return id;
    }

    /// <summary>Beside the target, hidden, and recognisable by the job.</summary>
    static string TemporaryPath(Guid job, int index, string localName) =>
        Path.Combine(Path.GetDirectoryName(localName) ?? "/", $".haul-{job:N}-{index}.tmp");

    public Outcome<JobReply> Resume(Job job)
    {
        var cell = JobTable.Resume(job.State, job.Files.Count > 0, job.Files.Exists(file => !file.IsTransferred));
        if (cell.Code.Failed || job.Ending is not null)
            return cell.Code == DO_E_JOB_EMPTY ? new Failure(DO_E_JOB_EMPTY, $"Job {job.Id} has no files; add some first") : Refuse(job.State, job.Id);
        foreach (var file in job.Files)
        {
            if (file.TakeNextRemoteName())
                book.Touch(job, JobEventKind.Files);
        }
        // A file that waits in line may have another host now.
        runs.Requeue(job);
        if (cell.Next is not null)
        {
            // Queued until a slot is free; the first transfer moves it on, in this very round where one is.
            job.Error = null;
            book.Enter(job, JobState.Queued);
            runs.Start(job);
        }
        return Reply(job);
    }

    public Outcome<JobReply> Suspend(Job job)
    {
        var cell = JobTable.On(job.State, JobOperation.Suspend);
        if (cell.Code.Failed || job.Ending is not null)
            return Refuse(job.State, job.Id);
        if (cell.Next is { } next)
        {
            runs.Stop(job);
            job.Error = null;
            book.Enter(job, next);
        }
        return Reply(job);
    }

    public Outcome<JobReply> Change(Job job, JobChange change)
    {
        var operation = change is { NotifyFlags: null, NoProgressTimeoutSeconds: null } ? JobOperation.Set : JobOperation.SetNotify;
        if (JobTable.On(job.State, operation).Code.Failed || job.Ending is not null)
            return Refuse(job.State, job.Id);
        Apply(job, change);
        book.Touch(job, JobEventKind.Properties);
        if (change.Priority is not null)
            runs.Requeue(job);
        return Reply(job);
    }

    static void Apply(Job job, JobChange change)
    {
        job.DisplayName = change.DisplayName ?? job.DisplayName;
        job.Description = change.Description ?? job.Description;
        job.Priority = change.Priority ?? job.Priority;
        job.NotifyFlags = change.NotifyFlags ?? job.NotifyFlags;
        job.NoProgressTimeout = change.NoProgressTimeoutSeconds ?? job.NoProgressTimeout;
        job.CostFlags = change.CostFlags ?? job.CostFlags;
        if (change.MinimumRetryDelaySeconds is { } delay)
            job.MinimumRetryDelay = delay == 0 ? 0 : Math.Max(delay, RepeatSchedule.MinimumRetryDelaySecondsMin);
        if (change.NotificationClsid is { } clsid)
            job.SetNotificationClass(clsid == Guid.Empty ? null : clsid);
    }

    public Outcome<JobReply> SetRemoteName(Job job, int index, string remoteName)
    {
        if (JobTable.On(job.State, JobOperation.Set).Code.Failed || job.Ending is not null)
            return Refuse(job.State, job.Id);
        if (index < 0 || index >= job.Files.Count)
            return new Failure(BG_E_FILE_NOT_FOUND, $"Job {job.Id} has no file {index}");
        (job.Files[index].NextRemoteName, job.Files[index].IsDirty) = (remoteName, true);
        book.Touch(job, JobEventKind.Files);
        return Reply(job);
    }

    /// <summary>The reader of a file to a stream has all of it, or takes no more.</summary>
    public Outcome<JobReply> Take(Job job, int index, HResult code)
    {
        if (index < 0 || index >= job.Files.Count)
            return new Failure(BG_E_FILE_NOT_FOUND, $"Job {job.Id} has no file {index}");
        var file = job.Files[index];
        if (!file.Asked.IsToStream)
            return NotToStream(job.Id, index);
        if (job.Ending is not null)
            return Refuse(job.State, job.Id);
        if (code.Succeeded && !file.IsHere)
            return new Failure(DO_E_INVALID_STATE, $"File {index} of job {job.Id} is not here yet, so nobody has all of it");
        if (code.Succeeded && !file.IsTaken)
            runs.Take(job, file);
        else if (code.Failed && !file.IsTaken && job.IsActive)
            runs.Fail(job, file, new Failure(code, $"The stream that file {index} ({JobRules.WithoutUserInformation(file.Asked.RemoteName)}) goes to failed with {code}. Resume the job to write on"));
        return Reply(job);
    }

    /// <summary>Asks for more of a file that is here; the pieces that stay as they are stay on record.</summary>
    public void Extend(Job job, JobFile file, AddFile next, long lengthBytes)
    {
        var whole = store.LoadPieces(job.Id, file.Index).Where(one => one.Item1.Value < file.Length / PieceLayout.StandardPieceSize).ToArray();
        store.DropPieces(job.Id, file.Index);
        store.SavePieces(job.Id, file.Index, whole);
        file.Extend(next, lengthBytes);
        Touch(job);
    }

    /// <summary>Books that a download or its file was changed from above.</summary>
    public void Touch(Job job)
    {
        job.Files.ForEach(job.Tally.Count);
        book.Touch(job, JobEventKind.Properties);
    }

    /// <summary>Cancels a job for which nobody waits.</summary>
    public void Cancel(Job job) => endings.Cancel(job);

    /// <summary>A file that was here is gone or damaged: the job fails at once, and the next start fetches the file anew.</summary>
    public void Lose(Job job, JobFile file, Failure why)
    {
        book.Enter(job, JobState.Queued);
        runs.Fail(job, file, why);
        file.Void();
        Touch(job);
    }

    public Outcome<JobReply> TakeOwnership(Job job, Caller caller)
    {
        if (JobTable.On(job.State, JobOperation.Set).Code.Failed)
            return Refuse(job.State, job.Id);
        job.Owner = caller;
        callbacks.RemoveStranger(job);
        book.Touch(job, JobEventKind.Properties);
        return Reply(job);
    }

    public Outcome<JobReply> SetCallback(Caller caller, Job job, JobCallback? callback)
    {
        if (JobTable.On(job.State, JobOperation.Set).Code.Failed)
            return Refuse(job.State, job.Id);
        callbacks.Register(job, caller, callback, book.Read(job.Id));
        return Reply(job);
    }

    /// <summary>The files of a job, of one that was final lately too: then they tell which of them stand in their places.</summary>
    public Outcome<IReadOnlyList<FileSnapshot>> Files(Caller caller, Guid id)
    {
        var found = Find(caller, id);
        if (found.Succeeded)
            return found.Value.Files.ConvertAll(file => file.Snapshot());
        return found.Code == DO_E_INVALID_STATE && book.FinalFiles(id) is { } files ? files : found.Failure;
    }

    /// <summary>Takes in what was recorded: active jobs go in line again, cancelled ones are cleaned up.</summary>
    public void Restore()
    {
        foreach (var job in store.Load())
        {
            book.Restore(job);
            // A download that was not to outlive the agent ends with it, whatever way that ended.
            if (job.State == JobState.Cancelled || job.Download is { IsNonVolatile: false })
            {
                endings.Cancel(job);
            }
            else if (job.State is JobState.Queued or JobState.Transferring or JobState.TransientError)
            {
                job.Error = null;
                book.Enter(job, JobState.Queued);
                runs.Start(job);
            }
        }
    }

    static Outcome<JobReply> Reply(Job job) => new JobReply(S_OK, job.Snapshot());

    public static Failure Refuse(JobState state, Guid id) => new(DO_E_INVALID_STATE, $"Job {id} is {state}, which does not allow this");

    public static Failure NotToStream(Guid id, int index) => new(E_INVALIDARG, $"File {index} of job {id} goes to its path: only one that was added to go to a stream is read");

    public static Failure NotFound(Guid id) => new(DO_E_JOB_NOT_FOUND, $"There is no job {id}");

    public static Failure NotYours(Guid id) => new(E_ACCESSDENIED, $"Job {id} belongs to another user");
}
