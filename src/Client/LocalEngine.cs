using System.Runtime.CompilerServices;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client;

/// <summary>An engine in this process.</summary>
sealed class LocalEngine : IAgentLink
{
    readonly SharedEngine _shared;
    readonly JobManager _jobs;
    readonly Caller _caller = PeerCredentials.Current();
    readonly CancellationTokenSource _closed = new();
    readonly Lock _gate = new();
    readonly Dictionary<Guid, JobCallback> _callbacks = [];
    bool _isClosed;

    LocalEngine(SharedEngine shared) => (_shared, _jobs) = (shared, shared.Engine.Jobs);

    /// <summary>Opens an engine, away from whatever context the caller runs in: its loop must not end up on a user interface's thread.</summary>
    public static Task<Outcome<LocalEngine>> OpenAsync(string? stateDirectory, TimeSpan? progressInterval) => Task.Run(async () =>
    {
        if (progressInterval < Policy.ProgressIntervalMin)
            return new Failure(E_INVALIDARG, $"A progress interval is at least {Policy.ProgressIntervalMin.TotalMilliseconds} ms");
        var policy = new Policy();
        if (progressInterval is { } interval)
            policy = policy with { ProgressInterval = interval };
        var shared = await SharedEngine.OpenAsync(stateDirectory, policy);
        return shared.Succeeded ? new LocalEngine(shared.Value) : new Outcome<LocalEngine>(shared.Failure);
    });

    public Task<Outcome<JobSnapshot>> CreateAsync(CreateJob request, CancellationToken cancel) => _jobs.CreateAsync(_caller, request).WaitAsync(cancel);

    public Task<Outcome<JobSnapshot>> GetAsync(Guid id, CancellationToken cancel) => Task.FromResult(_jobs.Get(_caller, id));

    public Task<Outcome<IReadOnlyList<JobSnapshot>>> ListAsync(bool allUsers, CancellationToken cancel) => Task.FromResult(_jobs.List(_caller, allUsers));

    public Task<Outcome<IReadOnlyList<FileSnapshot>>> FilesAsync(Guid id, CancellationToken cancel) => _jobs.FilesAsync(_caller, id).WaitAsync(cancel);

    public async Task<Outcome<FileSnapshot>> FileAsync(Guid id, int index, CancellationToken cancel)
    {
        var files = await FilesAsync(id, cancel);
        if (!files.Succeeded)
            return files.Failure;
        return index < files.Value.Count ? files.Value[index] : new Failure(BG_E_FILE_NOT_FOUND, $"Job {id} has no file {index}");
    }

    public Task<Outcome<IReadOnlyList<FileSnapshot>>> AddFilesAsync(Guid id, IReadOnlyList<AddFile> files, CancellationToken cancel) =>
        _jobs.AddFilesAsync(_caller, id, files).WaitAsync(cancel);

    public Task<Outcome<JobReply>> DoAsync(Guid id, JobVerb verb, CancellationToken cancel)
    {
        var done = verb switch
        {
            JobVerb.Suspend => _jobs.SuspendAsync(_caller, id),
            JobVerb.Resume => _jobs.ResumeAsync(_caller, id),
            JobVerb.Cancel => _jobs.CancelAsync(_caller, id),
            JobVerb.Complete => _jobs.CompleteAsync(_caller, id),
            _ => _jobs.TakeOwnershipAsync(_caller, id),
        };
        return done.WaitAsync(cancel);
    }

    public Task<Outcome<JobReply>> ChangeAsync(Guid id, JobChange change, CancellationToken cancel) => _jobs.ChangeAsync(_caller, id, change).WaitAsync(cancel);

    public Task<Outcome<JobReply>> SetRemoteNameAsync(Guid id, int file, string remoteName, CancellationToken cancel) =>
        _jobs.SetRemoteNameAsync(_caller, id, file, remoteName).WaitAsync(cancel);

    public async Task<Failure?> SetCallbackAsync(Guid id, JobCallback? callback, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (callback is null)
                _callbacks.Remove(id);
            else
                _callbacks[id] = callback;
        }
        return (await _jobs.SetCallbackAsync(_caller, id, callback).WaitAsync(cancel)).Failure;
    }

    public Task<Outcome<AgentStatus>> StatusAsync(CancellationToken cancel)
    {
        var identity = new AgentStatus(
            typeof(LocalEngine).Assembly.GetName().Version!.ToString(3), Environment.ProcessId, _caller.Uid, IsSystem: false, SocketPath: "",
            _shared.StateDirectory, _shared.StartedAt, new Dictionary<JobState, int>(), 0, 0);
        return Task.FromResult<Outcome<AgentStatus>>(_jobs.Status(_caller, identity));
    }

    public Task<Outcome<PeerStatus>> PeersAsync(CancellationToken cancel) => Task.FromResult<Outcome<PeerStatus>>(_shared.Engine.PeerStatus);

    public async IAsyncEnumerable<JobEvent> WatchAsync(Guid? job, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (job is { } one && _jobs.Get(_caller, one) is { Succeeded: false } hidden)
            throw new HaulException(hidden.Failure);
        var listener = new JobListener(_jobs, _caller, job).FromThePresent(evenFinal: false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closed.Token);
        while (true)
        {
            foreach (var happened in await NextAsync(listener, ended.Token, cancel))
                yield return happened;
        }
    }

    static async Task<IReadOnlyList<JobEvent>> NextAsync(JobListener listener, CancellationToken ended, CancellationToken cancel)
    {
        try
        {
            return await listener.NextAsync(ended);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new HaulException(new Failure(DO_E_NO_SERVICE, "The engine of this process was closed; open another client"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        KeyValuePair<Guid, JobCallback>[] callbacks;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            callbacks = [.. _callbacks];
        }
        foreach (var (job, callback) in callbacks)
            _jobs.RemoveCallback(job, callback);
        await _closed.CancelAsync();
        await _shared.CloseAsync();
    }
}
