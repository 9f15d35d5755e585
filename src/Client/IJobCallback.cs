using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>What a program wants to be told of a job (IBackgroundCopyCallback and Callback2; contract, section 6.7).</summary>
/// <remarks>
/// The calls of one job come one at a time and in order; those of different jobs may come at the same time. Each may take as long as it
/// likes, throw, and call the job: no transfer waits for it. What it returns tells whether the notification was taken: after a failure
/// code, or an exception, JobTransferred and JobError come again later. Which of them come is up to the job's
/// <see cref="JobSnapshot.NotifyFlags"/>.
/// </remarks>
public interface IJobCallback
{
    /// <summary>Every file of the job is here; Complete puts them in place.</summary>
    ValueTask<HResult> JobTransferredAsync(HaulJob job);

    /// <summary>The job went into <see cref="JobState.Error"/>.</summary>
    ValueTask<HResult> JobErrorAsync(HaulJob job, JobErrorSnapshot error);

    /// <summary>Bytes, files, properties or the state changed: see <see cref="HaulJob.Snapshot"/>.</summary>
    /// <param name="job">The job.</param>
    /// <param name="reserved">Always 0.</param>
    ValueTask<HResult> JobModificationAsync(HaulJob job, uint reserved);

    /// <summary>One file is here.</summary>
    ValueTask<HResult> FileTransferredAsync(HaulJob job, FileSnapshot file);
}
