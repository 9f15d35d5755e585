using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>Puts down in a job why it is in one of the error states.</summary>
static class JobErrors
{
    /// <param name="job">The job, still in the state that it leaves.</param>
    /// <param name="file">The file that the error is tied to, or null.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="retryAt">When the next try is due; null where there is none.</param>
    public static void Set(Job job, JobFile? file, Failure failure, DateTimeOffset? retryAt)
    {
        // The contract knows two contexts: the remote file for HTTP 403, and none (section 4.1).
        var context = failure.Code.HttpStatus == 403 ? ErrorContext.RemoteFile : ErrorContext.None;
        if (job.State is not (JobState.TransientError or JobState.Error))
            job.ErrorCount++;
        var cause = failure.Code == HResults.DO_E_DOWNLOAD_NO_PROGRESS
            ? job.Error?.Code ?? job.Files.Select(one => one.Run.Failure?.Code).FirstOrDefault(code => code is not null)
            : null;
        job.Error = new JobErrorSnapshot(context, failure.Code, failure.Text, file?.Index, retryAt, cause);
    }
}
