using Haul.Engine.Jobs;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Downloads;

/// <summary>What the disk is asked before a download starts.</summary>
/// <param name="Owner">As whom.</param>
/// <param name="Path">The target of a first start; the temporary file of a later one.</param>
/// <param name="IsHeld">Something of it should be there.</param>
sealed record StartPlan(Caller Owner, string Path, bool IsHeld);

/// <summary>One start of a download, which the table allows. Inside the jobs' loop.</summary>
/// <remarks>
/// A start from Created gives the job its file. One from Paused goes on with it; with other ranges than before it begins anew. One from
/// Transferred fetches another part: into a file behind what it has, to a stream in its place, since what was there has been read.
/// </remarks>
sealed class DownloadStart(StartDownload asked, bool mayTakeOver)
{
    /// <summary>Whether it can start, as far as can be told without the disk, and what the disk is to be asked; no plan where there is nothing to do.</summary>
    public Failure? Plan(Job job, out StartPlan? plan)
    {
        plan = null;
        switch (DownloadView.StateOf(job))
        {
            case DownloadState.Created:
                if (Missing(job.Download!) is { } missing)
                    return missing;
                plan = new StartPlan(job.Owner, TargetOf(job), IsHeld: false);
                break;
            case DownloadState.Paused or DownloadState.Transferred when job.Files is [var file]:
                plan = new StartPlan(job.Owner, file.TemporaryPath, IsHeld: true);
                break;
        }
        return null;
    }

    Failure? Missing(DownloadFacet facet)
    {
        if (facet.Text(DownloadProperty.Uri) is null)
        {
            return new Failure(DO_E_DOWNLOAD_NO_URI, facet.Text(DownloadProperty.ContentId) is null
                ? "The download has no URL; set its Uri"
                : "Nothing here knows where a content id lies; set the download's Uri");
        }
        if (asked.SinkDirectory is not null && facet.Text(DownloadProperty.LocalPath) is not null)
            return new Failure(DO_E_FILE_DOWNLOADSINK_ALREADY_SET, "The download goes to a file already; start it without a sink directory");
        if (asked.SinkDirectory is { } directory && !Path.IsPathFullyQualified(directory))
            return new Failure(E_INVALIDARG, $"The sink directory '{directory}' is not a full path");
        if (asked.SinkDirectory is null && facet.Text(DownloadProperty.LocalPath) is null)
            return new Failure(DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, "The download has nowhere to go; set its LocalPath, or start it with a sink directory");
        if (facet.Text(DownloadProperty.DecryptionInfo) is not null)
            return new Failure(DO_E_FILE_ENCRYPTION_EXPECTED, "The download has a key, and contents are taken as they are: nothing is decrypted here");
        return facet.Flag(DownloadProperty.IntegrityCheckMandatory) && facet.Text(DownloadProperty.IntegrityCheckInfo) is null
            ? new Failure(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, "The content must be checked, and nothing says against what; set IntegrityCheckInfo")
            : null;
    }

    string TargetOf(Job job) => asked.SinkDirectory is { } directory
        ? Path.Combine(directory, $".haul-{job.Id:N}.stream")
        : job.Download!.Text(DownloadProperty.LocalPath)!;

    /// <summary>Starts it, if that is still to be done.</summary>
    /// <param name="operations">The jobs.</param>
    /// <param name="job">The download's.</param>
    /// <param name="policy">What the administrator allows.</param>
    /// <param name="gone">Why what was fetched is not there any more, or null.</param>
    public Failure? Run(JobOperations operations, Job job, Policy policy, Failure? gone)
    {
        var file = job.Files.FirstOrDefault();
        switch (DownloadView.StateOf(job))
        {
            case DownloadState.Created:
                return RunFirst(operations, job, policy);
            case DownloadState.Paused when file is { Temporary: not null } && gone is not null:
                operations.Lose(job, file, gone);
                return null;
            case DownloadState.Paused when file is not null:
                if (asked.Ranges is { } others && !others.SequenceEqual(file.Asked.Ranges))
                    Replace(operations, job, file, others);
                return operations.Resume(job).Failure;
            case DownloadState.Transferred when file is not null && asked.Ranges is { } more:
                return RunMore(operations, job, file, more, policy);
            default:
                return null;
        }
    }

    Failure? RunFirst(JobOperations operations, Job job, Policy policy)
    {
        var asFile = DownloadSettings.FileOf(job.Download!, TargetOf(job), asked.Ranges ?? []);
        if (JobRules.File(asFile, policy) is { } bad)
            return bad;
        foreach (var other in operations.Jobs.Where(one => one.Id != job.Id && IsFor(one, job.Owner, asFile.LocalName)).ToArray())
        {
            if (!mayTakeOver || DownloadView.StateOf(other) != DownloadState.Paused)
                return new Failure(ERROR_FILE_EXISTS, $"Download {other.Id} is for {asFile.LocalName} already; finalize or abort it, or choose another path");
            operations.Cancel(other);
        }
        var added = operations.Put(job, [asFile]);
        if (!added.Succeeded)
            return added.Failure;
        job.Download = job.Download! with { WasStarted = true, IsToStream = asked.SinkDirectory is not null };
        operations.Touch(job);
        return operations.Resume(job).Failure;
    }

    static bool IsFor(Job other, Caller owner, string path) =>
        other is { Download: not null, Ending: null } && other.Owner.Uid == owner.Uid && !other.State.IsFinal() && other.Files is [var file] && file.Asked.LocalName == path;

    static Failure? RunMore(JobOperations operations, Job job, JobFile file, IReadOnlyList<ByteRange> more, Policy policy)
    {
        var had = file.Asked.Ranges;
        var isHere = job.Download!.IsToStream ? had.SequenceEqual(more) : had.Count == 0 || (more.Count > 0 && more.All(had.Contains));
        if (isHere)
            return null;
        if (more.Count == 0 || job.Download.IsToStream)
        {
            Replace(operations, job, file, more);
            return operations.Resume(job).Failure;
        }
        IReadOnlyList<ByteRange> all = [.. had, .. more.Where(range => !had.Contains(range))];
        if (JobRules.Ranges(all, policy) is { } bad)
            return bad;
        if (file.Validator is not { Length: >= 0 and var remote } || RangeMap.Of(all, remote) is not { } map)
            return new Failure(DO_E_INVALID_RANGE, $"A range lies outside the file, which has {file.Validator?.Length} bytes");
        operations.Extend(job, file, DownloadSettings.FileOf(job.Download, file.Asked.LocalName, all), map.Length);
        return operations.Resume(job).Failure;
    }

    static void Replace(JobOperations operations, Job job, JobFile file, IReadOnlyList<ByteRange> ranges)
    {
        file.Ask(DownloadSettings.FileOf(job.Download!, file.Asked.LocalName, ranges));
        file.Void();
        operations.Touch(job);
    }
}
