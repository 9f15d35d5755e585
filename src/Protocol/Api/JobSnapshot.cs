using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>A job as it was at one moment. Times are UTC; sizes are bytes.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="DisplayName">What its creator calls it: 1 to 256 characters.</param>
/// <param name="Description">Up to 1,024 characters; empty when never set.</param>
/// <param name="Owner">The user it belongs to.</param>
/// <param name="State">See <see cref="JobState"/>.</param>
/// <param name="Priority">See <see cref="JobPriority"/>.</param>
/// <param name="Type">Always <see cref="JobType.Download"/>.</param>
/// <param name="NotifyFlags">Which callbacks it wants.</param>
/// <param name="NoProgressTimeoutSeconds">How long it may go without a byte before it fails.</param>
/// <param name="MinimumRetryDelaySeconds">The least wait before a retry; 0 for the agent's own schedule.</param>
/// <param name="CostFlags">A <see cref="TransferPolicy"/> value.</param>
/// <param name="NotificationClsid">A class to start when no callback is connected, or null.</param>
/// <param name="ErrorCount">How often it went from transferring into an error; never reset.</param>
/// <param name="Progress">Bytes and files.</param>
/// <param name="Times">When it was created, changed and finished.</param>
/// <param name="Error">Set in the two error states, else null.</param>
/// <param name="Sequence">Grows with each change of state, files or properties; 0 never occurs.</param>
public sealed record JobSnapshot(
    Guid Id,
    string DisplayName,
    string Description,
    Owner Owner,
    JobState State,
    JobPriority Priority,
    JobType Type,
    NotifyFlags NotifyFlags,
    uint NoProgressTimeoutSeconds,
    uint MinimumRetryDelaySeconds,
    uint CostFlags,
    Guid? NotificationClsid,
    uint ErrorCount,
    JobProgress Progress,
    JobTimes Times,
    JobErrorSnapshot? Error,
    long Sequence);

/// <summary>The user a job belongs to.</summary>
/// <param name="Uid">The numeric user id; on Windows 0.</param>
/// <param name="Name">The user's name, or the number where no name is known.</param>
public sealed record Owner(uint Uid, string Name);

/// <summary>Bytes and files of a job (BG_JOB_PROGRESS; contract, section 5).</summary>
/// <param name="BytesTotal"><see cref="ByteRange.UnknownSize"/> while the size of any file is unknown.</param>
/// <param name="BytesTransferred">Bytes that are here, of all files.</param>
/// <param name="FilesTotal">Files in the job.</param>
/// <param name="FilesTransferred">Files that are here in whole.</param>
public readonly record struct JobProgress(ulong BytesTotal, ulong BytesTransferred, uint FilesTotal, uint FilesTransferred);

/// <summary>The times of a job (BG_JOB_TIMES; contract, section 5).</summary>
/// <param name="Creation">When it was created.</param>
/// <param name="Modification">The last change of bytes, files, properties or state.</param>
/// <param name="TransferCompletion">When it entered <see cref="JobState.Transferred"/>; null before.</param>
public readonly record struct JobTimes(DateTimeOffset Creation, DateTimeOffset Modification, DateTimeOffset? TransferCompletion);

/// <summary>Why a job is in an error state (IBackgroundCopyError; contract, section 6.8).</summary>
/// <param name="Context">Where the error comes from.</param>
/// <param name="Code">The HRESULT.</param>
/// <param name="Text">One line that names the thing, the cause and the remedy.</param>
/// <param name="FileIndex">The file it is tied to, or null (then GetFile is DO_E_FILE_NOT_AVAILABLE).</param>
/// <param name="RetryAt">When the next try is due, in <see cref="JobState.TransientError"/>.</param>
/// <param name="Cause">Of a job that went too long without a byte: its last error before, where there was one.</param>
public sealed record JobErrorSnapshot(ErrorContext Context, HResult Code, string Text, int? FileIndex, DateTimeOffset? RetryAt, HResult? Cause = null);
