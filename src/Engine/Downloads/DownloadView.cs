using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Downloads;

/// <summary>A job as the download that it is: state and errors in a download's words.</summary>
static class DownloadView
{
    /// <summary>The state. A job that waits for the network, or for whatever else holds it up from outside, is a paused download.</summary>
    public static DownloadState StateOf(JobState state, HResult error, bool wasStarted) => state switch
    {
        JobState.Suspended => wasStarted ? DownloadState.Paused : DownloadState.Created,
        JobState.TransientError => error.IsTransient ? DownloadState.Paused : DownloadState.Transferring,
        JobState.Error => DownloadState.Paused,
        JobState.Transferred => DownloadState.Transferred,
        JobState.Acknowledged => DownloadState.Finalized,
        JobState.Cancelled => DownloadState.Aborted,
        _ => DownloadState.Transferring,
    };

    public static DownloadState StateOf(Job job) => StateOf(job.State, job.Error?.Code ?? S_OK, job.Download!.WasStarted);

    public static DownloadState StateOf(JobSnapshot job, DownloadFacet facet) => StateOf(job.State, job.Error?.Code ?? S_OK, facet.WasStarted);

    /// <summary>How it is doing.</summary>
    public static DownloadStatus StatusOf(JobSnapshot job, DownloadFacet facet)
    {
        var code = job.Error?.Code ?? S_OK;
        // Held up from outside: no error of the download's own, and it goes on by itself.
        var isHeldUp = job.State == JobState.TransientError && code.IsTransient;
        return new DownloadStatus(
            job.Id,
            StateOf(job, facet),
            job.Progress.BytesTotal == ByteRange.UnknownSize ? 0 : job.Progress.BytesTotal,
            job.Progress.BytesTransferred,
            isHeldUp ? S_OK : code,
            isHeldUp ? code : job.Error?.Cause ?? S_OK,
            job.Error?.Text,
            job.Sequence);
    }
}
