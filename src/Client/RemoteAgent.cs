using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client;

/// <summary>An agent behind its socket.</summary>
sealed class RemoteAgent : IAgentLink
{
    public static Task<Outcome<RemoteAgent>> ConnectAsync(string? socketPath, CancellationToken cancel) =>
        Task.FromResult<Outcome<RemoteAgent>>(new Failure(DO_E_NO_SERVICE, $"No agent answers at {socketPath}{cancel.IsCancellationRequested}"));

    public Task<Outcome<JobSnapshot>> CreateAsync(CreateJob request, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<JobSnapshot>> GetAsync(Guid id, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<IReadOnlyList<JobSnapshot>>> ListAsync(bool allUsers, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<IReadOnlyList<FileSnapshot>>> FilesAsync(Guid id, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<IReadOnlyList<FileSnapshot>>> AddFilesAsync(Guid id, IReadOnlyList<AddFile> files, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<JobReply>> DoAsync(Guid id, JobVerb verb, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<JobReply>> ChangeAsync(Guid id, JobChange change, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<JobReply>> SetRemoteNameAsync(Guid id, int file, string remoteName, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Failure?> SetCallbackAsync(Guid id, JobCallback? callback, CancellationToken cancel) => throw new NotSupportedException();
    public Task<Outcome<AgentStatus>> StatusAsync(CancellationToken cancel) => throw new NotSupportedException();
    public IAsyncEnumerable<JobEvent> WatchAsync(Guid? job, CancellationToken cancel) => throw new NotSupportedException();
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
