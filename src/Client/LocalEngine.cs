using Haul.Engine;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>An engine in this process.</summary>
sealed class LocalEngine : IAgentLink
{
    readonly HaulEngine _engine;
    readonly Caller _caller = PeerCredentials.Current();

    LocalEngine(HaulEngine engine) => _engine = engine;

    public static Outcome<LocalEngine> Open(string? stateDirectory, TimeSpan? progressInterval)
    {
        var policy = new Policy();
        if (progressInterval is { } interval)
            policy = policy with { ProgressInterval = interval };
        if (HaulEngine.Open(stateDirectory ?? throw new NotSupportedException(), () => policy, out var engine) is { } failure)
            return failure;
        return new LocalEngine(engine!);
    }

    public Task<Outcome<JobSnapshot>> CreateAsync(CreateJob request, CancellationToken cancel) => _engine.Jobs.CreateAsync(_caller, request).WaitAsync(cancel);
    public Task<Outcome<JobSnapshot>> GetAsync(Guid id, CancellationToken cancel) => Task.FromResult(_engine.Jobs.Get(_caller, id));
    public Task<Outcome<IReadOnlyList<JobSnapshot>>> ListAsync(bool allUsers, CancellationToken cancel) => Task.FromResult(_engine.Jobs.List(_caller, allUsers));
    public Task<Outcome<IReadOnlyList<FileSnapshot>>> FilesAsync(Guid id, CancellationToken cancel) => _engine.Jobs.FilesAsync(_caller, id).WaitAsync(cancel);

    public Task<Outcome<IReadOnlyList<FileSnapshot>>> AddFilesAsync(Guid id, IReadOnlyList<AddFile> files, CancellationToken cancel) =>
        _engine.Jobs.AddFilesAsync(_caller, id, files).WaitAsync(cancel);

    public Task<Outcome<JobReply>> DoAsync(Guid id, JobVerb verb, CancellationToken cancel)
    {
        var jobs = _engine.Jobs;
        var done = verb switch
        {
            JobVerb.Suspend => jobs.SuspendAsync(_caller, id),
            JobVerb.Resume => jobs.ResumeAsync(_caller, id),
            JobVerb.Cancel => jobs.CancelAsync(_caller, id),
            JobVerb.Complete => jobs.CompleteAsync(_caller, id),
            _ => jobs.TakeOwnershipAsync(_caller, id),
        };
        return done.WaitAsync(cancel);
    }

    public Task<Outcome<JobReply>> ChangeAsync(Guid id, JobChange change, CancellationToken cancel) => _engine.Jobs.ChangeAsync(_caller, id, change).WaitAsync(cancel);

    public Task<Outcome<JobReply>> SetRemoteNameAsync(Guid id, int file, string remoteName, CancellationToken cancel) =>
        _engine.Jobs.SetRemoteNameAsync(_caller, id, file, remoteName).WaitAsync(cancel);

    public async Task<Failure?> SetCallbackAsync(Guid id, JobCallback? callback, CancellationToken cancel) =>
        (await _engine.Jobs.SetCallbackAsync(_caller, id, callback).WaitAsync(cancel)).Failure;

    public Task<Outcome<AgentStatus>> StatusAsync(CancellationToken cancel) => throw new NotSupportedException();
    public IAsyncEnumerable<JobEvent> WatchAsync(Guid? job, CancellationToken cancel) => throw new NotSupportedException();
    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
