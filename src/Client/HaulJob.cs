using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>A job: files to download, with the state they are in. Methods may be called from any thread.</summary>
/// <remarks>
/// Every method may fail with a <see cref="HaulException"/>: E_ACCESSDENIED when the job belongs to another user, DO_E_JOB_NOT_FOUND when it
/// is gone, DO_E_NO_SERVICE when the agent is gone; the others are named with the method.
/// </remarks>
public sealed class HaulJob
{
    readonly IAgentLink _link;
    JobSnapshot _snapshot;

    internal HaulJob(IAgentLink link, JobSnapshot snapshot) => (_link, _snapshot) = (link, snapshot);

    /// <summary>The job's id.</summary>
    public Guid Id => _snapshot.Id;

    /// <summary>The job as it was when this object last heard of it; <see cref="RefreshAsync"/> asks again.</summary>
    public JobSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Asks for the job as it is now.</summary>
    public async Task<JobSnapshot> RefreshAsync(CancellationToken cancel = default) => Learn((await _link.GetAsync(Id, cancel)).OrThrow());

    /// <summary>The job's files, in the order of adding.</summary>
    public async Task<IReadOnlyList<FileSnapshot>> GetFilesAsync(CancellationToken cancel = default) => (await _link.FilesAsync(Id, cancel)).OrThrow();

    /// <summary>Adds one file.</summary>
    /// <exception cref="HaulException">As of <see cref="AddFilesAsync"/>.</exception>
    public async Task<FileSnapshot> AddFileAsync(AddFile file, CancellationToken cancel = default) => (await AddFilesAsync([file], cancel))[0];

    /// <summary>Adds files: all or, when one is refused, none. A running job fetches them too.</summary>
    /// <exception cref="HaulException">E_INVALIDARG for a URL, path, id or option that is not possible; DO_E_INVALID_RANGE and
    /// DO_E_OVERLAPPING_RANGES; BG_E_TOO_MANY_FILES_IN_JOB; E_ACCESSDENIED where the caller may not write; ERROR_FILE_EXISTS without
    /// <see cref="AddFile.Overwrite"/>; DO_E_INVALID_STATE when the job is final.</exception>
    public async Task<IReadOnlyList<FileSnapshot>> AddFilesAsync(IReadOnlyList<AddFile> files, CancellationToken cancel = default) =>
        (await _link.AddFilesAsync(Id, files, cancel)).OrThrow();

    /// <summary>Pauses the job; what is here stays here.</summary>
    /// <returns>S_OK.</returns>
    /// <exception cref="HaulException">DO_E_INVALID_STATE when the job is final.</exception>
    public Task<HResult> SuspendAsync(CancellationToken cancel = default) => DoAsync(JobVerb.Suspend, cancel);

    /// <summary>Starts the job, or starts it again after an error or a pause.</summary>
    /// <returns>S_OK.</returns>
    /// <exception cref="HaulException">DO_E_JOB_EMPTY without files; DO_E_INVALID_STATE when the job is final.</exception>
    public Task<HResult> ResumeAsync(CancellationToken cancel = default) => DoAsync(JobVerb.Resume, cancel);

    /// <summary>Ends the job and deletes what was fetched.</summary>
    /// <returns>S_OK, or a success code that says what could not be deleted.</returns>
    /// <exception cref="HaulException">DO_E_INVALID_STATE when the job is final.</exception>
    public Task<HResult> CancelAsync(CancellationToken cancel = default) => DoAsync(JobVerb.Cancel, cancel);

    /// <summary>Ends the job and puts the files that are here in whole under their local names.</summary>
    /// <returns>S_OK, or BG_S_PARTIAL_COMPLETE when some files were not here yet and are lost.</returns>
    /// <exception cref="HaulException">DO_E_INVALID_STATE when the job is final; a file's own code when it cannot be placed: the job then stays
    /// as it was and may be completed again.</exception>
    public Task<HResult> CompleteAsync(CancellationToken cancel = default) => DoAsync(JobVerb.Complete, cancel);

    /// <summary>Sets the properties that are not null.</summary>
    /// <exception cref="HaulException">E_INVALIDARG, BG_E_STRING_TOO_LONG or E_NOTIMPL for a value that is not possible; DO_E_INVALID_STATE when
    /// the job is final.</exception>
    public async Task ChangeAsync(JobChange change, CancellationToken cancel = default) => Learn((await _link.ChangeAsync(Id, change, cancel)).OrThrow().Job);

    /// <summary>Gives a file another URL; the next <see cref="ResumeAsync"/> uses it.</summary>
    /// <param name="file">The file's place in the job, from 0.</param>
    /// <param name="remoteName">An http or https URL.</param>
    /// <param name="cancel">Stops waiting for the answer.</param>
    /// <exception cref="HaulException">E_INVALIDARG for a URL that is not possible; BG_E_FILE_NOT_FOUND; DO_E_INVALID_STATE when the job is final.</exception>
    public async Task SetRemoteNameAsync(int file, string remoteName, CancellationToken cancel = default) =>
        Learn((await _link.SetRemoteNameAsync(Id, file, remoteName, cancel)).OrThrow().Job);

    /// <summary>Makes the caller, an administrator, the job's owner.</summary>
    /// <exception cref="HaulException">E_ACCESSDENIED for other users.</exception>
    public Task TakeOwnershipAsync(CancellationToken cancel = default) => DoAsync(JobVerb.TakeOwnership, cancel);

    /// <summary>Registers what is told of the job, in place of any other of any program; null unregisters.</summary>
    /// <remarks>
    /// A job that is transferred or in error already is told at once. The registration lasts as long as the <see cref="HaulClient"/>, also
    /// when the agent is started anew. It is not recorded: what nobody acknowledged is told to whoever registers later.
    /// </remarks>
    /// <exception cref="HaulException">DO_E_INVALID_STATE when the job is final.</exception>
    public async Task SetCallbackAsync(IJobCallback? callback, CancellationToken cancel = default)
    {
        JobCallback? calls = callback is null ? null : new CallbackCalls(this, callback).CallAsync;
        if (await _link.SetCallbackAsync(Id, calls, cancel) is { } failure)
            throw new HaulException(failure);
    }

    /// <summary>One of the job's files.</summary>
    internal async Task<FileSnapshot> GetFileAsync(int index, CancellationToken cancel) => (await _link.FileAsync(Id, index, cancel)).OrThrow();

    /// <summary>Takes note of the job's latest state. News that come in the wrong order are no news.</summary>
    internal JobSnapshot Learn(JobSnapshot snapshot)
    {
        var known = Snapshot;
        while (snapshot.Sequence >= known.Sequence)
        {
            var found = Interlocked.CompareExchange(ref _snapshot, snapshot, known);
            if (found == known)
                break;
            known = found;
        }
        return snapshot;
    }

    async Task<HResult> DoAsync(JobVerb verb, CancellationToken cancel)
    {
        var reply = (await _link.DoAsync(Id, verb, cancel)).OrThrow();
        Learn(reply.Job);
        return reply.Code;
    }
}
