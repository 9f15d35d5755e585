using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>All that a client can do with jobs, whoever carries its calls: the local API, the COM library, a program in the same process.</summary>
/// <remarks>
/// One loop owns all jobs. Each round it takes what was posted, starts what may start, commits, and only then answers callers, shows the
/// new state and calls back: a call that was answered and a state that was told are on record. Getters read the last committed state and never wait.
/// Every call may come from any thread. The caller sees and touches only the jobs it owns, an administrator all.
/// </remarks>
sealed class JobManager
{
    /// <summary>Posts handled in one round, so that a commit serves many calls under load and none waits long.</summary>
    const int RoundMax = 256;

    /// <summary>Changes that nobody waits for are recorded this often: a crash costs no more than pieces of the last seconds.</summary>
    static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(250);

    readonly JobStore _store;
    readonly IDisk _disk;
    readonly Func<Policy> _policy;
    readonly TimeProvider _time;
    readonly Mailbox<Action> _mailbox = new();

    // Owned by the loop.
    readonly JobBook _book;
    readonly JobCallbacks _callbacks;
    readonly JobRuns _runs;
    readonly JobOperations _operations;
    readonly JobEndings _endings;
    readonly List<Action<Failure?>> _afterCommit = [];
    long _committedAt;

    public JobManager(JobStore store, TransferTools tools, HttpOpener openHttp, Func<Policy> policy, Random random)
    {
        (_store, _disk, _policy, _time) = (store, tools.Disk, policy, tools.Time);
        _book = new JobBook(tools.Time);
        _callbacks = new JobCallbacks(tools.Time, random, Post, _book.Record);
        var runTools = new JobRunTools(tools, openHttp, policy, random, Post, job => _endings!.TransfersStopped(job));
        _runs = new JobRuns(_book, _callbacks, store, new TransferScheduler(tools.Slots, policy), runTools);
        _endings = new JobEndings(_book, _runs, _callbacks, store, tools, policy) { Post = Post };
        _operations = new JobOperations(_book, _runs, _callbacks, store, _endings, policy);
        tools.Slots.Freed = () => Post(static () => { });
    }

    /// <summary>What happened to jobs, for listeners.</summary>
    public EventLog Events => _book.Events;

    /// <summary>Step 1: makes a job, with files and properties at once where given, and resumes it where asked.</summary>
    public async Task<Outcome<JobSnapshot>> CreateAsync(Caller caller, CreateJob asked)   // :: Step 1
    {
        if (JobRules.DisplayName(asked.DisplayName) is { } badName)
            return badName;
        if (asked.Type != JobType.Download)
            return new Failure(E_NOTIMPL, $"Jobs of type {asked.Type} are not supported: use Download");
        if ((asked.Properties is null ? null : JobRules.Change(asked.Properties)) is { } badProperty)
            return badProperty;
        if (asked is { Resume: true, Files.Count: 0 })
            return new Failure(DO_E_JOB_EMPTY, "A job without files cannot be resumed; name some, or resume it later");
        if (CheckFiles(caller, asked.Files) is { } badFile)
            return badFile;
        var created = await AskAsync(() => _operations.Create(caller, asked));
        return created.Succeeded && _book.Read(created.Value.Id) is { } now ? now : created;
    }

    /// <summary>Adds files to a job: all or none.</summary>
    public async Task<Outcome<IReadOnlyList<FileSnapshot>>> AddFilesAsync(Caller caller, Guid id, IReadOnlyList<AddFile> files)
    {
        if (CheckFiles(caller, files) is { } bad)
            return bad;
        return await AskAsync(() => _operations.Find(caller, id) is { Succeeded: true, Value: var job } ? _operations.AddFiles(job, files) : _operations.Find(caller, id).Failure!);
    }

    public Task<Outcome<JobReply>> SuspendAsync(Caller caller, Guid id) => OnJobAsync(caller, id, _operations.Suspend);

    public Task<Outcome<JobReply>> ResumeAsync(Caller caller, Guid id) => OnJobAsync(caller, id, _operations.Resume);

    /// <summary>Ends the job and deletes its temporary files.</summary>
    public Task<Outcome<JobReply>> CancelAsync(Caller caller, Guid id) => EndAsync(caller, id, isCancel: true);

    /// <summary>Ends the job and puts its finished files in place; the caller becomes their owner (contract, section 6.2).</summary>
    public Task<Outcome<JobReply>> CompleteAsync(Caller caller, Guid id) => EndAsync(caller, id, isCancel: false);

    /// <summary>Sets properties.</summary>
    public async Task<Outcome<JobReply>> ChangeAsync(Caller caller, Guid id, JobChange change) =>
        JobRules.Change(change) is { } bad ? bad : await OnJobAsync(caller, id, job => _operations.Change(job, change));

    /// <summary>Gives a file another URL; Resume makes it permanent.</summary>
    public async Task<Outcome<JobReply>> SetRemoteNameAsync(Caller caller, Guid id, int file, string remoteName) =>
        JobRules.RemoteName(remoteName) is { } bad ? bad : await OnJobAsync(caller, id, job => _operations.SetRemoteName(job, file, remoteName));

    /// <summary>Makes the caller, an administrator, the job's owner.</summary>
    public async Task<Outcome<JobReply>> TakeOwnershipAsync(Caller caller, Guid id) => caller.IsAdministrator
        ? await OnJobAsync(caller, id, job => _operations.TakeOwnership(job, caller))
        : new Failure(E_ACCESSDENIED, "Only an administrator may take a job over");

    /// <summary>Registers the job's callback in place of any other, or removes it.</summary>
    public Task<Outcome<JobReply>> SetCallbackAsync(Caller caller, Guid id, JobCallback? callback) => OnJobAsync(caller, id, job => _operations.SetCallback(caller, job, callback));

    /// <summary>Removes a callback, unless another has taken its place.</summary>
    public void RemoveCallback(Guid id, JobCallback callback) => Post(() => _callbacks.Remove(id, callback));

    /// <summary>Names who is told of jobs with a notification class while they have no callback: what is due already at once.</summary>
    public void SetStandIn(JobCallback callback) => Post(() => _callbacks.StandIn.Set(callback, _book.Jobs.Select(job => (job, _book.Read(job.Id)))));

    /// <summary>What the stand-in is to tell of a job now; a failure where nothing is due any more, or the job has a callback again.</summary>
    public Task<Outcome<DueNotification>> DueAsync(Guid id) => AskAsync(() => _callbacks.StandIn.Due(id));

    /// <summary>A job as it is now. A final job is still found for a while, so that who holds it can ask it.</summary>
    public Outcome<JobSnapshot> Get(Caller caller, Guid id)
    {
        if (_book.Read(id) is not { } job)
            return JobOperations.NotFound(id);
        return MaySee(caller, job) ? job : JobOperations.NotYours(id);
    }

    /// <summary>The caller's jobs that are not final, oldest first; those of all users for an administrator who asks.</summary>
    public Outcome<IReadOnlyList<JobSnapshot>> List(Caller caller, bool allUsers)
    {
        if (allUsers && !caller.IsAdministrator)
            return new Failure(E_ACCESSDENIED, "Only an administrator may list the jobs of all users");
        return _book.ReadAll().Where(job => allUsers || job.Owner.Uid == caller.Uid).OrderBy(job => job.Times.Creation).ToArray();
    }

    /// <summary>The ids of all jobs that the caller may see, oldest first, with those that were final lately where asked for.</summary>
    public IReadOnlyList<Guid> Seen(Caller caller, bool evenFinal) => _book.ReadEvenFinal()
        .Where(job => MaySee(caller, job) && (evenFinal || !job.State.IsFinal())).OrderBy(job => job.Times.Creation).Select(job => job.Id).ToArray();

    /// <summary>What is going on, as far as the caller may see it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="identity">What does not change while the engine runs.</param>
    public AgentStatus Status(Caller caller, AgentStatus identity)
    {
        var running = _book.Running(job => MaySee(caller, job)).ToArray();
        return identity with
        {
            Jobs = _book.ReadAll().Where(job => MaySee(caller, job)).CountBy(job => job.State).ToDictionary(),
            ActiveTransfers = running.Length,
            BytesPerSecond = (long)running.Sum(transfer => transfer.View.BytesPerSecond),
        };
    }

    /// <summary>A download as it is now; null where the job is none. One that is final is still found for a while.</summary>
    public (JobSnapshot Job, DownloadFacet Facet)? ReadDownload(Guid id) => _book.ReadDownload(id);

    /// <summary>All downloads that are not final.</summary>
    public IEnumerable<(JobSnapshot Job, DownloadFacet Facet)> ReadDownloads() => _book.ReadDownloads();

    /// <summary>Runs something in the loop for what is built over jobs, and answers when it is on record.</summary>
    public Task<Outcome<T>> InLoopAsync<T>(Func<JobOperations, Outcome<T>> what) => AskAsync(() => what(_operations));

    /// <summary>The files of a job.</summary>
    public Task<Outcome<IReadOnlyList<FileSnapshot>>> FilesAsync(Caller caller, Guid id) => AskAsync(() => _operations.Files(caller, id));

    /// <summary>Reads the bytes of a file that goes to a stream, from its front, as they become proved.</summary>
    public async Task<Outcome<FileContent>> OpenContentAsync(Caller caller, Guid id, int index)
    {
        var files = await FilesAsync(caller, id);
        if (!files.Succeeded)
            return files.Failure;
        if (index < 0 || index >= files.Value.Count)
            return new Failure(BG_E_FILE_NOT_FOUND, $"Job {id} has no file {index}");
        return files.Value[index].IsToStream ? new FileContent(this, _disk, caller, id, index) : JobOperations.NotToStream(id, index);
    }

    /// <summary>The reader of a file to a stream has all of it, or takes no more.</summary>
    public Task<Outcome<JobReply>> TakeAsync(Caller caller, Guid id, int file, HResult code) => OnJobAsync(caller, id, job => _operations.Take(job, file, code));

    /// <summary>Whether a caller may see a job.</summary>
    public static bool MaySee(Caller caller, JobSnapshot job) => caller.IsAdministrator || job.Owner.Uid == caller.Uid;

    /// <summary>Runs until stopped: restores what was recorded, then the rounds; at the end every transfer has stopped and is on record.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var registration = stopping.Register(() => Post(static () => { }));
        using var tick = _time.CreateTimer(_ => Post(_runs.Tick), null, _policy().ProgressInterval, _policy().ProgressInterval);
        using var age = _time.CreateTimer(_ => Post(_endings.EndOld), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        _operations.Restore();
        Round();
        while (!stopping.IsCancellationRequested && await _mailbox.WaitAsync())
            Round();

        _endings.IsClosed = true;
        // Nothing new is started; what runs reports its end before the mark, which is the last to be posted.
        var isQuiet = false;
        var stopped = _runs.StopAllAsync(() => Post(() => isQuiet = true));
        while (!isQuiet && await _mailbox.WaitAsync())
        {
            Drain(RoundMax);
            Commit();
        }
        await stopped;
        // Files that are being placed or removed: what comes of it is still recorded and answered.
        while (_endings.Any && await _mailbox.WaitAsync())
        {
            Drain(RoundMax);
            Commit();
        }
        _callbacks.EndAll();
        _mailbox.Close();
        Drain(int.MaxValue);
        Commit();
    }

    void Round()
    {
        Drain(RoundMax);
        _runs.StartMore();
        // What a caller or a new state waits for is recorded at once; files that began or ended can share a commit with the next.
        if (_afterCommit.Count > 0 || _book.HasNewStates || _time.GetElapsedTime(_committedAt) >= CommitInterval)
            Commit();
        else
            _book.Publish(_callbacks.Tell);
    }

    void Drain(int most)
    {
        for (var i = 0; i < most && _mailbox.TryTake(out var post); i++)
            post();
    }

    /// <summary>Records the round, then tells: callers first, then listeners and callbacks.</summary>
    void Commit()
    {
        _committedAt = _time.GetTimestamp();
        var failure = _store.Commit(_book.TakeDirty());
        _book.Publish(_callbacks.Tell);
        foreach (var reply in _afterCommit)
            reply(failure);
        _afterCommit.Clear();
    }

    void Post(Action what) => _mailbox.Post(what);

    /// <summary>Runs something in the loop and answers when it is on record.</summary>
    Task<Outcome<T>> AskAsync<T>(Func<Outcome<T>> what)
    {
        var answer = new TaskCompletionSource<Outcome<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _mailbox.Post(() =>
        {
            var outcome = what();
            _afterCommit.Add(failure => answer.SetResult(failure is not null && outcome.Succeeded ? failure : outcome));
        });
        return posted ? answer.Task : Task.FromResult<Outcome<T>>(Gone);
    }

    /// <summary>An operation on a job; the answer shows the job as it is after the round, when it may have got its slot.</summary>
    async Task<Outcome<JobReply>> OnJobAsync(Caller caller, Guid id, Func<Job, Outcome<JobReply>> what)
    {
        var outcome = await AskAsync(() =>
            _operations.Find(caller, id) is { Succeeded: true, Value: var job } ? what(job) : _operations.Find(caller, id).Failure!);
        return outcome.Succeeded && _book.Read(id) is { } now ? outcome.Value with { Job = now } : outcome;
    }

    /// <summary>Ends a job, unless there is a reason against it.</summary>
    public Task<Outcome<JobReply>> EndAsync(Caller caller, Guid id, bool isCancel, Func<Job, Failure?>? refuse = null)
    {
        var answer = new TaskCompletionSource<Outcome<JobReply>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _mailbox.Post(() =>
        {
            if (_endings.IsClosed)
                Reply(Gone);
            else if (_operations.Find(caller, id) is not { Succeeded: true, Value: var job })
                Reply(_operations.Find(caller, id).Failure!);
            else if (refuse?.Invoke(job) is { } refusal)
                Reply(refusal);
            else
                _endings.End(job, caller, isCancel, Reply);
        });
        void Reply(Outcome<JobReply> outcome) => _afterCommit.Add(failure => answer.SetResult(failure is not null && outcome.Succeeded ? failure : outcome));
        return posted ? answer.Task : Task.FromResult<Outcome<JobReply>>(Gone);
    }

    /// <summary>What can be said of files without the loop: rules, and whether the caller could make them.</summary>
    Failure? CheckFiles(Caller caller, IReadOnlyList<AddFile> files)
    {
        foreach (var file in files)
        {
            if (JobRules.File(file, _policy()) is { } bad)
                return bad;
            if (_disk.CheckTarget(caller, file.LocalName, file.Overwrite) is { } refused)
                return refused;
        }
        return null;
    }

    static readonly Failure Gone = new(DO_E_NO_SERVICE, "The agent is stopping; try again when it runs");
}
