using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>Sees whether bytes come, and when a job has gone without for too long.</summary>
static class JobWatch
{
    /// <summary>True when bytes came since the last look that were not here before; a file that gets on has its tries forgiven.</summary>
    /// <remarks>Bytes that come again after a broken connection are none: a server that always stops at the same place is not getting on.</remarks>
    public static bool HasProgress(Job job)
    {
        var progress = false;
        foreach (var file in job.Tally.Running)
        {
            if (file.Run.Transfer?.View.Received is not { } bytes || bytes <= file.Run.MostBytes)
                continue;
            progress = true;
            (file.Run.MostBytes, file.Run.Attempts) = (bytes, 0);
        }
        return progress;
    }

    /// <summary>The error of a job that got no byte within its timeout; null while there is time. One that only waits for its turn is
    /// not to blame. A timeout of 0 means no second try, so there is nothing to time (contract, section 6.2).</summary>
    public static Failure? Timeout(Job job, DateTimeOffset now)
    {
        var seconds = job.NoProgressTimeoutSeconds;
        if (seconds == 0 || job.State == JobState.Queued || now - job.ProgressAt < TimeSpan.FromSeconds(seconds))
            return null;
        var last = job.Error?.Text is { } text ? $"; the last error was: {text.TrimEnd('.', '?')}" : "";
        return new Failure(DO_E_DOWNLOAD_NO_PROGRESS, $"No byte came within {seconds} s{last}. Mend the cause and resume the job");
    }
}
