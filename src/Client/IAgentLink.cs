using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>The way to the jobs: <see cref="RemoteAgent"/> over the agent's socket, <see cref="LocalEngine"/> in this process.</summary>
interface IAgentLink : IAsyncDisposable
{
    Task<Outcome<JobSnapshot>> CreateAsync(CreateJob request, CancellationToken cancel);

    Task<Outcome<JobSnapshot>> GetAsync(Guid id, CancellationToken cancel);

    Task<Outcome<IReadOnlyList<JobSnapshot>>> ListAsync(bool allUsers, CancellationToken cancel);

    Task<Outcome<IReadOnlyList<FileSnapshot>>> FilesAsync(Guid id, CancellationToken cancel);

    Task<Outcome<FileSnapshot>> FileAsync(Guid id, int index, CancellationToken cancel);

    Task<Outcome<IReadOnlyList<FileSnapshot>>> AddFilesAsync(Guid id, IReadOnlyList<AddFile> files, CancellationToken cancel);

    Task<Outcome<JobReply>> DoAsync(Guid id, JobVerb verb, CancellationToken cancel);

    Task<Outcome<JobReply>> ChangeAsync(Guid id, JobChange change, CancellationToken cancel);

    Task<Outcome<JobReply>> SetRemoteNameAsync(Guid id, int file, string remoteName, CancellationToken cancel);

    /// <summary>Registers what is told of a job, or removes it.</summary>
    Task<Failure?> SetCallbackAsync(Guid id, JobCallback? callback, CancellationToken cancel);

    Task<Outcome<AgentStatus>> StatusAsync(CancellationToken cancel);

    /// <summary>What is exchanged with peers, now and since the start.</summary>
    Task<Outcome<PeerStatus>> PeersAsync(CancellationToken cancel);

    /// <summary>First each job as it is, then what happens; ends only by a <see cref="HaulException"/> or the token.</summary>
    IAsyncEnumerable<JobEvent> WatchAsync(Guid? job, CancellationToken cancel);
}

/// <summary>What is done to a job without saying more.</summary>
enum JobVerb
{
    Suspend,
    Resume,
    Cancel,
    Complete,
    TakeOwnership,
}
