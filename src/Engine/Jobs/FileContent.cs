using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>Reads the bytes of a file to a stream from its front, in order, as they become proved. For one reader.</summary>
/// <remarks>
/// It gives only bytes that are known to be of the version that it began with. Where the content changes on the server after some were
/// given, it fails, since what was given cannot be taken back.
/// </remarks>
sealed class FileContent(JobManager jobs, IDisk disk, Caller caller, Guid id, int index) : IDisposable
{
    // Of bytes that were read and may have been written over meanwhile.
    const int NotReady = -1;

    IDiskFile? _file;
    Validator? _version;
    int _generation;
    long _given;
    bool _isProved;

    /// <summary>Fills some of <paramref name="into"/>, waiting until there is something; 0 at the end, which is when all of the file is here.</summary>
    public async Task<Outcome<int>> ReadAsync(Memory<byte> into, CancellationToken cancel)
    {
        while (true)
        {
            var heard = jobs.Events.Last;
            var looked = await LookAsync();
            if (!looked.Succeeded)
                return looked.Failure;
            var (ready, isWhole) = (looked.Value.ReadyBytes, looked.Value.IsWhole);
            if (ready > _given)
            {
                var read = await ReadAsync(looked.Value, into[..(int)Math.Min(into.Length, ready - _given)]);
                var isNotReady = read is { Succeeded: true, Value: NotReady };
                if (!isNotReady && (read.Code != BG_E_REMOTE_FILE_CHANGED || _given > 0))
                    return read;
                // Nothing was given yet: the reader need not know that it began with another version.
                if (_given == 0)
                    _version = null;
                if (isNotReady)
                    await jobs.Events.MoreAsync(heard, cancel);
            }
            else if (isWhole)
            {
                return 0;
            }
            else
            {
                await jobs.Events.MoreAsync(heard, cancel);
            }
        }
    }

    /// <summary>Reads, and looks again: what changed meanwhile may have been written over. A change is booked before its first byte is
    /// written, so the second look sees it.</summary>
    async Task<Outcome<int>> ReadAsync(ContentLook look, Memory<byte> into)
    {
        if (Open(look) is { } gone)
        {
            // Read once more it would be as wrong: the next start fetches it anew.
            if (gone.Code == FileProof.Damaged)
                await jobs.InLoopAsync<bool>(operations => Lose(operations, gone));
            return gone;
        }
        if (_version is null)
            (_version, _generation) = (look.Version, look.Generation);
        var failure = _file!.Read(_given, into.Span);
        var again = await LookAsync();
        if (!again.Succeeded)
            return again.Failure;
        if (again.Value.Identity != _file.Identity)
            return Changed();
        if (again.Value.ReadyBytes < _given + into.Length)
            return NotReady;
        if (failure is not null)
            return failure;
        _given += into.Length;
        return into.Length;
    }

    Failure? Open(ContentLook look)
    {
        if (_file is not null && _file.Identity == look.Identity)
            return null;
        _file?.Dispose();
        if (disk.Open(look.Owner, look.Path, look.Identity, out _file) is { } gone)
            return gone;
        // A power cut may have taken some of what an earlier run of the agent brought.
        if (look.MustBeProved && !_isProved && FileProof.Refuse(_file!, look.ReadyBytes, look.Sha256) is { } damaged)
            return damaged;
        _isProved = true;
        return null;
    }

    Outcome<bool> Lose(JobOperations operations, Failure why)
    {
        if (operations.Find(caller, id) is { Succeeded: true, Value: { Ending: null } job })
            operations.Lose(job, job.Files[index], why);
        return true;
    }

    async Task<Outcome<ContentLook>> LookAsync()
    {
        var looked = await jobs.InLoopAsync(Look);
        if (!looked.Succeeded || _version is null)
            return looked;
        // Begun anew, it may have other bytes under the same version, too: what came first was not right.
        return looked.Value.Generation != _generation || (looked.Value.Version is { } now && !_version.Agrees(now)) ? Changed() : looked;
    }

    Outcome<ContentLook> Look(JobOperations operations)
    {
        var found = operations.Find(caller, id);
        if (!found.Succeeded)
            return found.Failure;
        // A cancelled job is told of once, before its files go; nothing wakes whoever waits for more after that.
        if (found.Value.State == JobState.Cancelled)
            return JobOperations.NotFound(id);
        return found.Value.Files.Count > index ? ContentLook.Of(found.Value, found.Value.Files[index]) : new Failure(BG_E_FILE_NOT_FOUND, $"Job {id} has no file {index}");
    }

    Failure Changed() => new(BG_E_REMOTE_FILE_CHANGED, $"The content of file {index} of job {id} changed on the server after {_given} bytes of it were read; read it anew");

    public void Dispose() => _file?.Dispose();
}

/// <summary>What there is of a content at one moment.</summary>
/// <param name="Owner">As whom the file is read.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Identity">Which file it is.</param>
/// <param name="Version">What its bytes belong to.</param>
/// <param name="Generation">How often it began anew.</param>
/// <param name="ReadyBytes">Bytes from the front that can be given.</param>
/// <param name="IsWhole">They are all.</param>
/// <param name="MustBeProved">An earlier run of the agent brought them.</param>
/// <param name="Sha256">The digest of all.</param>
sealed record ContentLook(Caller Owner, string Path, FileIdentity? Identity, Validator? Version, int Generation, long ReadyBytes, bool IsWhole, bool MustBeProved, string? Sha256)
{
    public static ContentLook Of(Job job, JobFile file) => new(
        job.Owner, file.TemporaryPath, file.Temporary, file.Validator, file.Run.Generation,
        file.IsHere ? file.Length : file.Validator is { CanResume: true } ? file.Run.Transfer?.View.ProvedFront ?? 0 : 0,
        file.IsHere, file is { IsHere: true, IsUnproved: true }, file.Sha256);
}
