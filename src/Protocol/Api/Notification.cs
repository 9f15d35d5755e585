using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>What a callback is told (IBackgroundCopyCallback and Callback2; contract, section 6.7).</summary>
public enum NotificationKind
{
    /// <summary>Bytes, files, properties or state changed.</summary>
    JobModification = 0,

    /// <summary>All files of the job are here.</summary>
    JobTransferred = 1,

    /// <summary>The job entered <see cref="JobState.Error"/>.</summary>
    JobError = 2,

    /// <summary>One file is here.</summary>
    FileTransferred = 3,
}

/// <summary>One call of a callback.</summary>
/// <param name="Number">Grows by one with every notification of the job; a repeated call has its first number.</param>
/// <param name="Kind">Which method.</param>
/// <param name="Job">The job as it is now.</param>
/// <param name="FileIndex">The file, for <see cref="NotificationKind.FileTransferred"/>.</param>
public sealed record Notification(long Number, NotificationKind Kind, JobSnapshot Job, int? FileIndex = null);
