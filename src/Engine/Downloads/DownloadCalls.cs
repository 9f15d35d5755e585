using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Downloads;

/// <summary>All that a client can do with downloads, whoever carries its calls. Each download is a job, and its id the job's.</summary>
/// <remarks>What changes something runs in the jobs' loop and is on record when it is answered. Every call may come from any thread.</remarks>
sealed class DownloadCalls(JobManager jobs, IDisk disk, Func<Policy> policy)
{
    /// <summary>What a download is called in lists of jobs until it has a name or a path.</summary>
    const string Unnamed = "download";

    static readonly Outcome<bool> Done = true;

    /// <summary>Makes a download, with properties at once where given.</summary>
    /// <param name="caller">Whose it is.</param>
    /// <param name="asked">What it is to be.</param>
    /// <param name="isOfRest">It is made through the REST interface.</param>
    public async Task<Outcome<DownloadStatus>> CreateAsync(Caller caller, CreateDownload asked, bool isOfRest = false)
    {
        var properties = new List<(DownloadProperty, DownloadValue)>();
        foreach (var (name, value) in asked.Properties)
        {
            var row = DownloadRules.Set(name, value, isOfRest);
            if (!row.Succeeded)
                return row.Failure;
            properties.Add((row.Value.Id, value));
        }
        return await jobs.InLoopAsync<DownloadStatus>(operations =>
        {
            var made = operations.Create(caller, new CreateJob { DisplayName = Unnamed }, new DownloadFacet { IsOfRest = isOfRest });
            if (!made.Succeeded)
                return made.Failure;
            var job = operations.Find(caller, made.Value.Id).Value!;
            // One kind of notification tells all of a download; none of them is repeated.
            job.NotifyFlags = NotifyFlags.JobModification;
            job.NoProgressTimeout = DownloadSettings.DefaultTimeout(job.Download!);
            if (isOfRest)
                DownloadSettings.Set(operations, job, DownloadProperty.NonVolatile, DownloadValue.Of(true));
            foreach (var (property, value) in properties)
                DownloadSettings.Set(operations, job, property, value);
            return DownloadView.StatusOf(job.Snapshot(), job.Download!);
        });
    }

    /// <summary>How a download is doing. One that is final is still found for a while.</summary>
    public Outcome<DownloadStatus> Status(Caller caller, Guid id) =>
        Read(caller, id) is { Succeeded: true, Value: var (job, facet) } ? DownloadView.StatusOf(job, facet) : Read(caller, id).Failure!;

    /// <summary>How a download is doing once it has left a state.</summary>
    /// <exception cref="OperationCanceledException">It did not leave it in the time that it was given.</exception>
    public async Task<Outcome<DownloadStatus>> WaitAsync(Caller caller, Guid id, DownloadState left, CancellationToken cancel)
    {
        while (true)
        {
            var heard = jobs.Events.Last;
            var status = Status(caller, id);
            if (status.Value?.State != left)
                return status;
            await jobs.Events.MoreAsync(heard, cancel);
        }
    }

    /// <summary>How a download of the REST interface is doing; null where there is none of that id, or it is final.</summary>
    public DownloadStatus? FindOfRest(Caller caller, Guid id) =>
        jobs.ReadDownload(id) is var (job, facet) && facet.IsOfRest && job.Owner.Uid == caller.Uid && !job.State.IsFinal() ? DownloadView.StatusOf(job, facet) : null;

    /// <summary>The caller's own downloads that are not final, oldest first: all, or those with such a value of a property.</summary>
    public Outcome<IReadOnlyList<DownloadStatus>> List(Caller caller, string? property, string? value)
    {
        if (property is null != value is null)
            return new Failure(E_INVALIDARG, "A property and its value go together; leave both away for all downloads");
        var row = property is null ? null : DownloadProperties.Of(property);
        if (property is not null && row?.Id is not (DownloadProperty.Id or DownloadProperty.Uri or DownloadProperty.ContentId or DownloadProperty.DisplayName or DownloadProperty.LocalPath))
            return new Failure(E_INVALIDARG, $"Downloads are not looked for by '{property}': use Id, Uri, ContentId, DisplayName or LocalPath");
        var found = jobs.ReadDownloads().Where(one => one.Job.Owner.Uid == caller.Uid && (row is null || IsNamed(one, row.Id, value!)))
            .OrderBy(one => one.Job.Times.Creation).Select(one => DownloadView.StatusOf(one.Job, one.Facet)).ToArray();
        return found.Length > 0 ? found : new Failure(DO_E_NO_DOWNLOADS, row is null ? $"{caller.Name} has no downloads" : $"{caller.Name} has no download whose {row.Id} is '{value}'");
    }

    static bool IsNamed((JobSnapshot Job, DownloadFacet Facet) one, DownloadProperty property, string value) => property == DownloadProperty.Id
        ? Guid.TryParse(value, out var id) && id == one.Job.Id
        : string.Equals(one.Facet.Text(property), value, StringComparison.Ordinal);

    /// <summary>Starts a download, or starts it again.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">Which.</param>
    /// <param name="asked">Ranges, and the place for a stream's bytes.</param>
    /// <param name="mayTakeOver">Another download of the same owner that rests and is for the same path is aborted; else this one is refused.</param>
    public async Task<Outcome<DownloadStatus>> StartAsync(Caller caller, Guid id, StartDownload asked, bool mayTakeOver = true)
    {
        var operation = asked.Ranges is null ? DownloadOperation.StartAgain : DownloadOperation.Start;
        if ((asked.Ranges is null ? null : JobRules.Ranges(asked.Ranges, policy())) is { } bad)
            return bad;
        var start = new DownloadStart(asked, mayTakeOver);
        // First what the disk is to be asked, which must not hold up the loop; then, with its answer, the start itself.
        StartPlan? plan = null;
        var planned = await DoAsync(caller, id, operation, (_, job) => start.Plan(job, out plan));
        if (!planned.Succeeded || plan is null)
            return planned;
        var refused = Ask(plan);
        if (refused is not null && !plan.IsHeld)
            return refused;
        return await DoAsync(caller, id, operation, (operations, job) => start.Run(operations, job, policy(), refused));
    }

    /// <summary>Why a target cannot be made, or a temporary file is not there any more.</summary>
    Failure? Ask(StartPlan plan)
    {
        if (!plan.IsHeld)
            return disk.CheckTarget(plan.Owner, plan.Path, overwrite: false);
        if (disk.Open(plan.Owner, plan.Path, null, out var file) is { } gone)
            return gone.Code == ERROR_FILE_NOT_FOUND || gone.Code == ERROR_PATH_NOT_FOUND ? gone : null;
        file!.Dispose();
        return null;
    }

    /// <summary>Lets it rest; what is here stays here.</summary>
    public Task<Outcome<DownloadStatus>> PauseAsync(Caller caller, Guid id) => DoAsync(caller, id, DownloadOperation.Pause, (operations, job) => operations.Suspend(job).Failure);

    /// <summary>Ends it and deletes what was fetched.</summary>
    public Task<Outcome<DownloadStatus>> AbortAsync(Caller caller, Guid id) => EndAsync(caller, id, DownloadOperation.Abort);

    /// <summary>Ends it, and its file takes its name.</summary>
    public Task<Outcome<DownloadStatus>> FinalizeAsync(Caller caller, Guid id) => EndAsync(caller, id, DownloadOperation.Finalize);

    /// <summary>Sets a property.</summary>
    public async Task<Outcome<DownloadStatus>> SetAsync(Caller caller, Guid id, string property, DownloadValue value)
    {
        var read = Read(caller, id);
        if (!read.Succeeded)
            return read.Failure;
        var row = DownloadRules.Set(property, value, read.Value.Facet.IsOfRest);
        if (!row.Succeeded)
            return row.Failure;
        var set = await jobs.InLoopAsync(operations =>
        {
            var found = operations.Find(caller, id);
            if (!found.Succeeded)
                return found.Failure;
            var state = DownloadView.StateOf(found.Value);
            if (!row.Value.Settable.Holds(state) || found.Value.Ending is not null)
                return new Failure(DO_E_INVALID_STATE, $"Download {id} is {state}, and {row.Value.Id} cannot be set then");
            DownloadSettings.Set(operations, found.Value, row.Value.Id, value);
            return Done;
        });
        return set.Succeeded ? Status(caller, id) : set.Failure;
    }

    /// <summary>Reads a property.</summary>
    public async Task<Outcome<DownloadPropertyValue>> GetAsync(Caller caller, Guid id, string property)
    {
        var read = Read(caller, id);
        if (!read.Succeeded)
            return read.Failure;
        var row = DownloadRules.Get(property);
        if (!row.Succeeded)
            return row.Failure;
        return await jobs.InLoopAsync<DownloadPropertyValue>(operations =>
        {
            var facts = operations.Find(caller, id) is { Succeeded: true, Value: var job } ? DownloadFacts.Of(job) : DownloadFacts.Of(read.Value.Job, operations.Files(caller, id).Value);
            return DownloadSettings.Get(read.Value.Job.Id, read.Value.Facet, facts, row.Value.Id) is { } value
                ? new DownloadPropertyValue(value)
                : new Failure(E_NOT_SET, $"{row.Value.Id} of download {id} was never set, or is not known yet");
        });
    }

    /// <summary>Reads the bytes of a download that goes to a stream, from its front, as they become proved.</summary>
    public Outcome<FileContent> OpenContent(Caller caller, Guid id)
    {
        var read = Read(caller, id);
        if (!read.Succeeded)
            return read.Failure;
        return read.Value.Facet.IsToStream
            ? new FileContent(jobs, disk, caller, id, 0)
            : new Failure(DO_E_INVALID_STATE, $"Download {id} goes to a file, or was not started: only one that was started with a sink directory can be read");
    }

    Outcome<(JobSnapshot Job, DownloadFacet Facet)> Read(Caller caller, Guid id)
    {
        if (jobs.ReadDownload(id) is not { } found)
            return new Failure(DO_E_JOB_NOT_FOUND, $"There is no download {id}");
        return JobManager.MaySee(caller, found.Job) ? found : JobOperations.NotYours(id);
    }

    /// <summary>Asks the table, acts in the loop where it allows, and answers with what came of it.</summary>
    async Task<Outcome<DownloadStatus>> DoAsync(Caller caller, Guid id, DownloadOperation operation, Func<JobOperations, Job, Failure?> act)
    {
        var read = Read(caller, id);
        if (!read.Succeeded)
            return read.Failure;
        if (read.Value.Job.State.IsFinal())
            return OnFinal(read.Value, operation);
        var done = await jobs.InLoopAsync(operations =>
            operations.Find(caller, id) is not { Succeeded: true, Value: var job } ? operations.Find(caller, id).Failure!
            : Refuse(job, operation) is { } refused ? refused
            : act(operations, job) is { } failure ? failure : Done);
        return done.Succeeded ? Status(caller, id) : done.Failure;
    }

    async Task<Outcome<DownloadStatus>> EndAsync(Caller caller, Guid id, DownloadOperation operation)
    {
        var read = Read(caller, id);
        if (!read.Succeeded)
            return read.Failure;
        if (read.Value.Job.State.IsFinal())
            return OnFinal(read.Value, operation);
        var ended = await jobs.EndAsync(caller, id, operation == DownloadOperation.Abort, job => job.Ending is null ? Refuse(job, operation) : null);
        return ended.Succeeded ? DownloadView.StatusOf(ended.Value.Job, read.Value.Facet) : ended.Failure;
    }

    static Outcome<DownloadStatus> OnFinal((JobSnapshot Job, DownloadFacet Facet) last, DownloadOperation operation)
    {
        var state = DownloadView.StateOf(last.Job, last.Facet);
        var cell = DownloadTable.On(state, operation);
        return cell.Code.Failed ? DownloadTable.Refuse(last.Job.Id, state, cell.Code) : DownloadView.StatusOf(last.Job, last.Facet);
    }

    static Failure? Refuse(Job job, DownloadOperation operation)
    {
        var state = DownloadView.StateOf(job);
        var cell = DownloadTable.On(state, operation);
        if (job.Ending is not null)
            return DownloadTable.Refuse(job.Id, state, DO_E_INVALID_STATE);
        return cell.Code.Failed ? DownloadTable.Refuse(job.Id, state, cell.Code) : null;
    }
}
