using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>Complete or Cancel under way: waits for the job's transfers to stop, lets a worker place or delete files, then ends the job.</summary>
/// <remarks>
/// Every path is touched as the job's owner, whoever ends it: an administrator who went by a path that a user chose could be led where
/// that user may not write. Files that an administrator completed are given to him afterwards, by their handles (contract, section 6.2).
/// </remarks>
sealed class JobEnding(Job job, bool isCancel, IDisk disk, Checkpoints? checkpoints, Caller user, bool flush)
{
    readonly Caller _owner = job.Owner;
    readonly List<Action<Outcome<JobReply>>> _waiting = [];

    public bool IsCancel => isCancel;

    bool IsToStream => job.Download is { IsToStream: true };

    /// <summary>Those who are told what came of it.</summary>
    public void Await(Action<Outcome<JobReply>> reply) => _waiting.Add(reply);

    public void Answer(Outcome<JobReply> outcome)
    {
        foreach (var reply in _waiting)
            reply(outcome);
    }

    /// <summary>Does the disk's part; any thread, nobody else touches the files meanwhile.</summary>
    public DiskEnding Run(IReadOnlyList<JobFile> files)
    {
        var placed = new List<int>();
        Failure? failure = null;
        int? damaged = null;
        var leftovers = false;
        foreach (var file in files)
        {
            if (file.IsCompleted)
                continue;
            if (isCancel || IsToStream || !file.IsTransferred || file.Asked.IsToStream || failure is not null)
                continue;
            failure = Place(file);                                                        // :: Step 9
            if (failure is null)
            {
                placed.Add(file.Index);
                Forget(file);
            }
            else if (failure.Code == FileProof.Damaged)
            {
                damaged = file.Index;
            }
        }
        if (failure is null)
        {
            foreach (var file in files)
            {
                // With none on record, whatever stands there: a crash may have come between making it and recording it.
                if (file.IsCompleted || placed.Contains(file.Index))
                    continue;
                leftovers |= disk.Delete(_owner, file.TemporaryPath, file.Temporary) is not null;
                Forget(file);
            }
            // What went to a stream has nowhere to be placed.
            if (!isCancel)
                placed.AddRange(files.Where(file => file is { Asked.IsToStream: true, IsTransferred: true, IsCompleted: false }).Select(file => file.Index));
        }
        return new DiskEnding(placed, failure, damaged, leftovers);
    }

    void Forget(JobFile file)
    {
        if (file.Temporary is { } known)
            checkpoints?.Forget(known, file.Length);
    }

    Failure? Place(JobFile file)
    {
        var refused = Prepare(file) ?? disk.Place(_owner, file.TemporaryPath, file.Asked.LocalName, file.Asked.Overwrite);
        if (refused is not null)
            return IsPlacedAlready(file) ? null : refused;
        return user.Uid == _owner.Uid ? null : Give(file);
    }

    Failure? Give(JobFile file)
    {
        if (disk.Open(_owner, file.Asked.LocalName, file.Temporary, out var open) is { } gone)
            return gone;
        using (open)
            return open!.Give(user);
    }

    /// <summary>Proves the bytes of a file that an earlier run brought, since a power cut may have taken some of them, and waits for the
    /// disk where that is wanted.</summary>
    Failure? Prepare(JobFile file)
    {
        if (!flush && !file.IsUnproved)
            return null;
        if (disk.Open(_owner, file.TemporaryPath, null, out var open) is { } gone)
            return gone;
        using (open)
        {
            if (file.IsUnproved && checkpoints?.Vouches(open!, file.Length, file.Sha256) != true && FileProof.Refuse(open!, file.Length, file.Sha256) is { } damaged)
                return new Failure(damaged.Code, $"{file.TemporaryPath}: {damaged.Text}");
            return flush ? open!.Flush() : null;
        }
    }

    /// <summary>A crash may come between placing a file and recording it; by then it may be its new owner's, who alone can open it.</summary>
    bool IsPlacedAlready(JobFile file)
    {
        if (disk.Open(user, file.Asked.LocalName, file.Temporary!.Value, out var open) is not null)
            return false;
        open!.Dispose();
        return true;
    }

    /// <summary>The success code: everything, a part, or leftovers that could not be removed (contract, section 12, item 12).</summary>
    public HResult Code(DiskEnding done) =>
        done.Leftovers ? BG_S_UNABLE_TO_DELETE_FILES
        : !isCancel && !IsToStream && job.Files.Exists(file => !file.IsCompleted) ? BG_S_PARTIAL_COMPLETE
        : S_OK;
}

/// <summary>What the disk's part came to.</summary>
/// <param name="Placed">Files that stand under their names now, or went to a stream.</param>
/// <param name="Failure">Why one could not be placed; the rest was left alone.</param>
/// <param name="Damaged">The file of the failure where it is its bytes that are wrong: it must be fetched again.</param>
/// <param name="Leftovers">A temporary file could not be removed.</param>
sealed record DiskEnding(IReadOnlyList<int> Placed, Failure? Failure, int? Damaged, bool Leftovers);
