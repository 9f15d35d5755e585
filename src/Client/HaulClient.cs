using System.Runtime.CompilerServices;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>The way of a program to its jobs: those of the agent, or of an engine in this very process. Methods may be called from any thread.</summary>
/// <remarks>
/// Every method may fail with a <see cref="HaulException"/> DO_E_NO_SERVICE when the agent is gone; other codes are named with the method.
/// Disposing lets go of callbacks and streams, and stops an engine in this process; jobs go on with the agent, or when an engine runs again.
/// </remarks>
public sealed class HaulClient : IAsyncDisposable
{
    readonly IAgentLink _link;

    HaulClient(IAgentLink link) => _link = link;

    /// <summary>The engine runs in this process and ends with it.</summary>
    public bool IsInProcess => _link is LocalEngine;

    /// <summary>Connects to an agent.</summary>
    /// <param name="socketPath">Its socket; null for HAUL_SOCKET where that is set, else the user's own agent, else the system's.</param>
    /// <param name="cancel">Stops trying.</param>
    /// <exception cref="HaulException">DO_E_NO_SERVICE when no agent answers; E_ACCESSDENIED when it does not serve this user.</exception>
    public static async Task<HaulClient> ConnectAsync(string? socketPath = null, CancellationToken cancel = default) =>
        new((await RemoteAgent.ConnectAsync(socketPath, cancel)).OrThrow());

    /// <summary>Runs an engine in this process. Clients of one process and directory share it, with the first one's interval.</summary>
    /// <param name="stateDirectory">Where its jobs are recorded; null for the user's own directory.</param>
    /// <param name="progressInterval">How often callbacks and listeners hear of bytes; null for every second.</param>
    /// <exception cref="HaulException">ERROR_SHARING_VIOLATION when another process uses the directory; E_ACCESSDENIED or another code
    /// when it cannot be used.</exception>
    public static HaulClient InProcess(string? stateDirectory = null, TimeSpan? progressInterval = null) =>
        new(LocalEngine.OpenAsync(stateDirectory, progressInterval).GetAwaiter().GetResult().OrThrow());

    /// <summary>The agent where one runs, else an engine in this process.</summary>
    /// <param name="stateDirectory">Where an engine in this process records its jobs; null for the user's own directory.</param>
    /// <param name="cancel">Stops trying.</param>
    /// <exception cref="HaulException">As of <see cref="InProcess"/>; what an agent that is there but refuses says.</exception>
    public static async Task<HaulClient> OpenAsync(string? stateDirectory = null, CancellationToken cancel = default)
    {
        var remote = await RemoteAgent.ConnectAsync(null, cancel);
        if (remote.Code != HResults.DO_E_NO_SERVICE)
            return new HaulClient(remote.OrThrow());
        return new HaulClient((await LocalEngine.OpenAsync(stateDirectory, null)).OrThrow());
    }

    /// <summary>Makes a job, with files and properties at once where given. It starts out suspended unless asked otherwise.</summary>
    /// <exception cref="HaulException">E_INVALIDARG and what else <see cref="HaulJob.AddFilesAsync"/> and <see cref="HaulJob.ChangeAsync"/> name;
    /// E_NOTIMPL for a type that is not a download; BG_E_TOO_MANY_JOBS_PER_USER.</exception>
    public async Task<HaulJob> CreateJobAsync(CreateJob request, CancellationToken cancel = default) =>
        new(_link, (await _link.CreateAsync(request, cancel)).OrThrow());

    /// <summary>Makes an empty job.</summary>
    /// <exception cref="HaulException">E_INVALIDARG for a name that is empty or longer than 256 characters; BG_E_TOO_MANY_JOBS_PER_USER.</exception>
    public Task<HaulJob> CreateJobAsync(string displayName, CancellationToken cancel = default) =>
        CreateJobAsync(new CreateJob { DisplayName = displayName }, cancel);

    /// <summary>Finds a job.</summary>
    /// <exception cref="HaulException">DO_E_JOB_NOT_FOUND; E_ACCESSDENIED when it belongs to another user.</exception>
    public async Task<HaulJob> GetJobAsync(Guid id, CancellationToken cancel = default) => new(_link, (await _link.GetAsync(id, cancel)).OrThrow());

    /// <summary>The caller's jobs that are not final, oldest first.</summary>
    /// <param name="allUsers">Those of all users, for an administrator.</param>
    /// <param name="cancel">Stops waiting for the answer.</param>
    /// <exception cref="HaulException">E_ACCESSDENIED when all are asked for by someone who is no administrator.</exception>
    public async Task<IReadOnlyList<JobSnapshot>> ListJobsAsync(bool allUsers = false, CancellationToken cancel = default) =>
        (await _link.ListAsync(allUsers, cancel)).OrThrow();

    /// <summary>What happens to one job or to all that the caller may see: first each job as it is, then every change.</summary>
    /// <remarks>
    /// When the stream breaks it goes on where it was; where that is no longer possible (the agent was started anew, or the reader was
    /// away for thousands of events) each job comes again as <see cref="JobEventKind.Present"/>. So the latest event of a job is always its
    /// state. Of one job, the sequence ends with its final state.
    /// </remarks>
    /// <exception cref="HaulException">DO_E_JOB_NOT_FOUND and E_ACCESSDENIED for the job; DO_E_NO_SERVICE when the agent stays away for a minute.</exception>
    public async IAsyncEnumerable<JobEvent> WatchAsync(Guid? job = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var happened in _link.WatchAsync(job, cancel))
        {
            yield return happened;
            if (job is not null && happened.Job.State.IsFinal())
                yield break;
        }
    }

    /// <summary>How the agent, or the engine in this process, is doing.</summary>
    public async Task<AgentStatus> GetStatusAsync(CancellationToken cancel = default) => (await _link.StatusAsync(cancel)).OrThrow();

    /// <summary>What the agent exchanges with peers, now and since it started.</summary>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<PeerStatus> GetPeersAsync(CancellationToken cancel = default) => (await _link.PeersAsync(cancel)).OrThrow();

    /// <summary>Downloads one file: with the agent where one runs, else in this process.</summary>
    /// <remarks>
    /// When cancelled, the job is suspended and stays: the same call later goes on with the bytes that are here, and so does Resume of the
    /// job itself. After a failure likewise, if any byte is here; else the job is cancelled. A call with secrets among its options starts
    /// anew instead, since the job's may be outdated.
    /// </remarks>
    /// <param name="url">An http or https URL.</param>
    /// <param name="path">Where to; a path of a directory that exists, with the file's name.</param>
    /// <param name="options">Digest, headers and the like.</param>
    /// <param name="progress">Told of every change.</param>
    /// <param name="cancel">Suspends the job and gives up waiting.</param>
    /// <returns>The file, in place.</returns>
    /// <exception cref="HaulException">The code of the job's error, or of the call that failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<FileSnapshot> DownloadAsync(
        string url, string path, DownloadOptions? options = null, IProgress<JobSnapshot>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DownloadOptions();
        await using var client = await OpenAsync(options.StateDirectory, cancel);
        return await new Download(client, url, Path.GetFullPath(path), options).RunAsync(progress, cancel);
    }

    /// <summary>Lets go of streams and callbacks, and stops an engine in this process.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
