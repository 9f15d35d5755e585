using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A job of the agent as an object. What it holds itself is files without a target yet, and the client's callback.</summary>
[GeneratedComClass]
sealed unsafe partial class ComJob : BitsJob, IBackgroundCopyJob5, IDeliveryOptimizationJob, IDeliveryOptimizationJob2
{
    readonly AgentCalls _agent;
    readonly JobFiles _files;
    JobSnapshot _last;
    ClientCallback? _callback;

    public ComJob(AgentCalls agent, JobSnapshot snapshot)
    {
        (_agent, _last) = (agent, snapshot);
        _files = new JobFiles(this, agent);
    }

    ~ComJob() => _agent.Jobs.Forget(Id);

    public Guid Id => _last.Id;

    /// <summary>The job as it is now. One that the agent has forgotten since it ended is as it ended.</summary>
    public override Outcome<JobSnapshot> Now()
    {
        var now = _agent.Get(Id);
        if (now.Succeeded)
            return Learn(now.Value);
        return now.Code == DO_E_JOB_NOT_FOUND && Volatile.Read(ref _last) is { } last && last.State.IsFinal() ? last : now;
    }

    /// <summary>Takes note of the job's latest state.</summary>
    public JobSnapshot Learn(JobSnapshot snapshot)
    {
        if (snapshot.Sequence >= Volatile.Read(ref _last).Sequence)
            Volatile.Write(ref _last, snapshot);
        if (snapshot.State.IsFinal())
            _files.LetGoOfStreams();
        return snapshot;
    }

    /// <summary>The object of a file.</summary>
    public ComFile FileOf(int index) => _files.Of(index);

    /// <summary>A file of the job, if it has ended, as it was then.</summary>
    public FileSnapshot? RememberedFile(int index) => Volatile.Read(ref _last).State.IsFinal() ? _files.Remembered(index) : null;

    public int AddFileSet(uint count, BG_FILE_INFO* files)
    {
        if (count == 0 || files is null)
            return E_INVALIDARG.Value;
        if (count > JobFiles.SetMax)
            return BG_E_TOO_MANY_FILES_IN_JOB.Value;
        var asked = new AddFile[count];
        for (var i = 0; i < count; i++)
            asked[i] = JobFiles.Ask(null, Marshal.PtrToStringUni((nint)files[i].RemoteName), Marshal.PtrToStringUni((nint)files[i].LocalName));
        return Give.Code(_agent.AddFiles(Id, asked));
    }

    public int AddFile(string? remoteUrl, string? localName) => Give.Code(_agent.AddFiles(Id, [JobFiles.Ask(null, remoteUrl, localName)]));

    public int AddFileWithRanges(string? remoteUrl, string? localName, uint rangeCount, BG_FILE_RANGE* ranges) =>
        rangeCount == 0 ? E_INVALIDARG.Value : AddFileWithRanges(null, remoteUrl, localName, rangeCount, ranges, ByteRange.UnknownSize, isIdNeeded: false);

    public int AddFileWithRanges(string? fileId, string? remoteUrl, string? localName, uint rangeCount, BG_FILE_RANGE* ranges, ulong fileSize) =>
        AddFileWithRanges(fileId, remoteUrl, localName, rangeCount, ranges, fileSize, isIdNeeded: true);

    int AddFileWithRanges(string? fileId, string? remoteUrl, string? localName, uint rangeCount, BG_FILE_RANGE* ranges, ulong fileSize, bool isIdNeeded)
    {
        if (fileId is null && isIdNeeded)
            return E_INVALIDARG.Value;
        var wanted = JobFiles.Ranges(rangeCount, ranges);
        return wanted.Succeeded
            ? Give.Code(_agent.AddFiles(Id, [JobFiles.Ask(fileId, remoteUrl, localName) with { Ranges = wanted.Value, FileSize = fileSize }]))
            : wanted.Code.Value;
    }

    public int AddFile(string? fileId, string? remoteUrl, uint rangeCount, BG_FILE_RANGE* ranges, Guid* iid, void** file)
    {
        if (file is null || iid is null)
            return E_INVALIDARG.Value;
        *file = null;
        // Asked first of a file that is in no job: one that cannot be given back must not be added.
        if (Give.Object<IBackgroundCopyFile>(file, iid, new ComFile(this, _agent, null)) is < 0 and var code)
            return code;
        Marshal.Release((nint)(*file));
        *file = null;
        var wanted = JobFiles.Ranges(rangeCount, ranges);
        var added = wanted.Succeeded ? _files.AddSinkless(fileId, remoteUrl, wanted.Value) : wanted.Failure;
        return added.Succeeded ? Give.Object<IBackgroundCopyFile>(file, iid, added.Value) : added.Code.Value;
    }

    public int EnumFiles(void** files)
    {
        if (files is null)
            return E_INVALIDARG.Value;
        *files = null;
        var all = _files.All();
        return all.Succeeded ? Give.Object<IEnumBackgroundCopyFiles>(files, new ComFileList(new Cursor<ComFile>(all.Value))) : all.Code.Value;
    }

    public int Suspend() => Do(JobVerb.Suspend);

    public int Resume()
    {
        if (_files.AddThoseWithSink() is { } refused)
            return refused.Code.Value;
        var code = Do(JobVerb.Resume);
        if (code >= 0)
            _files.Feed();
        return code;
    }

    public int Cancel() => End(JobVerb.Cancel);

    public int Complete() => End(JobVerb.Complete);

    public int GetId(Guid* id) => Give.Value(id, Id);

    public int GetType(JobType* type) => Give.Value(type, JobType.Download);

    public int GetProgress(BG_JOB_PROGRESS* progress)
    {
        if (progress is null)
            return E_INVALIDARG.Value;
        var job = Now();
        if (!job.Succeeded)
            return job.Code.Value;
        *progress = _files.WithSinkless(job.Value.Progress);
        return 0;
    }

    public int GetTimes(BG_JOB_TIMES* times) => Tell(times, static job => new BG_JOB_TIMES
    {
        CreationTime = Moment(job.Times.Creation),
        ModificationTime = Moment(job.Times.Modification),
        TransferCompletionTime = job.Times.TransferCompletion is { } at ? Moment(at) : default,
    });

    public int GetState(JobState* state) => Tell(state, static job => job.State);

    public int GetError(void** error)
    {
        if (error is null)
            return E_INVALIDARG.Value;
        *error = null;
        var job = Now();
        if (!job.Succeeded)
            return job.Code.Value;
        return job.Value.Error is { } why ? Give.Object<IBackgroundCopyError>(error, new ComError(this, why)) : DO_E_ERROR_INFORMATION_UNAVAILABLE.Value;
    }

    public int GetOwner(char** owner) => TellText(owner, static job => $"S-1-22-1-{job.Owner.Uid}");

    public int SetDisplayName(string? name) => name is null ? E_INVALIDARG.Value : Change(new JobChange { DisplayName = name });

    public int GetDisplayName(char** name) => TellText(name, static job => job.DisplayName);

    public int SetDescription(string? text) => text is null ? E_INVALIDARG.Value : Change(new JobChange { Description = text });

    public int GetDescription(char** text) => TellText(text, static job => job.Description);

    public int SetPriority(JobPriority priority) => Enum.IsDefined(priority) ? Change(new JobChange { Priority = priority }) : E_NOTIMPL.Value;

    public int GetPriority(JobPriority* priority) => Tell(priority, static job => job.Priority);

    public int SetNotifyFlags(uint flags) => Change(new JobChange { NotifyFlags = (NotifyFlags)flags });

    public int GetNotifyFlags(uint* flags) => Tell(flags, static job => (uint)job.NotifyFlags);

    public int SetNotifyInterface(void* callback)
    {
        if (callback is null)
        {
            Interlocked.Exchange(ref _callback, null)?.Stop();
            return _agent.SetCallback(Id, null)?.Code.Value ?? 0;
        }
        var code = ClientCallback.Take(callback, out var taken);
        if (taken is null)
            return code.Value;
        // From here on it is the registration that holds the object, and lets go of it.
        if (_agent.SetCallback(Id, (notification, _) => Task.FromResult(taken.Call(this, notification)), taken.Release) is { } failure)
            return failure.Code.Value;
        Interlocked.Exchange(ref _callback, taken)?.Stop();
        return 0;
    }

    public int GetNotifyInterface(void** callback)
    {
        if (callback is null)
            return E_INVALIDARG.Value;
        var set = Volatile.Read(ref _callback);
        *callback = set is null ? null : set.Object();
        return 0;
    }

    public int SetMinimumRetryDelay(uint seconds) => Change(new JobChange { MinimumRetryDelaySeconds = seconds });

    public int GetMinimumRetryDelay(uint* seconds) => Tell(seconds, static job => job.MinimumRetryDelaySeconds);

    public int SetNoProgressTimeout(uint seconds) => Change(new JobChange { NoProgressTimeoutSeconds = seconds });

    public int GetNoProgressTimeout(uint* seconds) => Tell(seconds, static job => job.NoProgressTimeoutSeconds);

    public int GetErrorCount(uint* count) => Tell(count, static job => job.ErrorCount);

    public int TakeOwnership() => Do(JobVerb.TakeOwnership);

    public int SetProperty(JobPropertyId id, BITS_JOB_PROPERTY_VALUE value) => id switch
    {
        JobPropertyId.CostFlags => Change(new JobChange { CostFlags = value.Dword }),
        JobPropertyId.NotificationClsid => Change(new JobChange { NotificationClsid = value.ClsID }),
        _ => DO_E_UNKNOWN_PROPERTY_ID.Value,
    };

    public int GetProperty(JobPropertyId id, BITS_JOB_PROPERTY_VALUE* value) => id switch
    {
        JobPropertyId.CostFlags => Tell(value, static job => new BITS_JOB_PROPERTY_VALUE { Dword = job.CostFlags }),
        JobPropertyId.NotificationClsid => Tell(value, static job => new BITS_JOB_PROPERTY_VALUE { ClsID = job.NotificationClsid ?? Guid.Empty }),
        _ => DO_E_UNKNOWN_PROPERTY_ID.Value,
    };

    public int GetProperty(DOJobPropertyId id, ComVariant* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        *value = default;
        if (id != DOJobPropertyId.ExtendedErrorInfo)
            return DO_E_UNKNOWN_PROPERTY_ID.Value;
        var job = Now();
        if (!job.Succeeded)
            return job.Code.Value;
        if (job.Value.Error is not { } error)
            return E_NOT_SET.Value;
        *value = Variants.OfText(error.Text);
        return 0;
    }

    public int SetProperty(DOJobPropertyId id, ComVariant* value) =>
        (id == DOJobPropertyId.ExtendedErrorInfo ? DO_E_READ_ONLY_PROPERTY : DO_E_UNKNOWN_PROPERTY_ID).Value;

    int Tell<T>(T* to, Func<JobSnapshot, T> what)
        where T : unmanaged
    {
        if (to is null)
            return E_INVALIDARG.Value;
        var job = Now();
        return job.Succeeded ? Give.Value(to, what(job.Value)) : job.Code.Value;
    }

    int TellText(char** to, Func<JobSnapshot, string> what)
    {
        if (to is null)
            return E_INVALIDARG.Value;
        *to = null;
        var job = Now();
        return job.Succeeded ? Give.Text(to, what(job.Value)) : job.Code.Value;
    }

    int Do(JobVerb verb) => Learned(_agent.Do(Id, verb));

    int Change(JobChange change) => Learned(_agent.Change(Id, change));

    int End(JobVerb verb)
    {
        // The agent forgets a job some time after its end; whoever holds its files may ask them as long as they like.
        _files.Remember();
        var reply = _agent.Do(Id, verb);
        if (reply.Succeeded)
            _files.Ended(isCompleted: verb == JobVerb.Complete);
        return Learned(reply);
    }

    int Learned(Outcome<JobReply> reply)
    {
        if (!reply.Succeeded)
            return reply.Code == DO_E_JOB_NOT_FOUND && Volatile.Read(ref _last).State.IsFinal() ? DO_E_INVALID_STATE.Value : reply.Code.Value;
        Learn(reply.Value.Job);
        return reply.Value.Code.Value;
    }

    static FILETIME Moment(DateTimeOffset at)
    {
        var ticks = at.ToFileTime();
        return new FILETIME { LowDateTime = (uint)ticks, HighDateTime = (uint)(ticks >> 32) };
    }
}
