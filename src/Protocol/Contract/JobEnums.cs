namespace Haul.Protocol.Contract;

/// <summary>The state of a job (BG_JOB_STATE; contract, section 4.1). The numbers are on the wire.</summary>
public enum JobState
{
    /// <summary>Waits for a slot to transfer in.</summary>
    Queued = 0,

    /// <summary>Of the contract's numbering only: Delivery Optimization never enters it.</summary>
    Connecting = 1,

    /// <summary>Data is moving.</summary>
    Transferring = 2,

    /// <summary>Paused, as every new job is, until Resume, Complete or Cancel.</summary>
    Suspended = 3,

    /// <summary>An error that does not go away by itself: fix and Resume, Cancel, or Complete to keep the finished files.</summary>
    Error = 4,

    /// <summary>A recoverable error: the transfer is tried again by itself, until the no-progress timeout.</summary>
    TransientError = 5,

    /// <summary>All files are here; the client must Complete.</summary>
    Transferred = 6,

    /// <summary>Complete was called. Final.</summary>
    Acknowledged = 7,

    /// <summary>Cancel was called, or the job grew too old. Final.</summary>
    Cancelled = 8,
}

/// <summary>What <see cref="JobState"/> implies.</summary>
public static class JobStates
{
    /// <summary>True for the two states that nothing leaves.</summary>
    public static bool IsFinal(this JobState state) => state is JobState.Acknowledged or JobState.Cancelled;
}

/// <summary>The priority of a job (BG_JOB_PRIORITY; contract, section 4.1). High, Normal and Low behave alike.</summary>
public enum JobPriority
{
    /// <summary>Goes before all background jobs.</summary>
    Foreground = 0,

    /// <summary>Background.</summary>
    High = 1,

    /// <summary>Background; the default.</summary>
    Normal = 2,

    /// <summary>Background.</summary>
    Low = 3,
}

/// <summary>The type of a job (BG_JOB_TYPE; contract, section 4.1). Only downloads exist here.</summary>
public enum JobType
{
    /// <summary>Files come from a server to this machine.</summary>
    Download = 0,

    /// <summary>Of BITS only; refused.</summary>
    Upload = 1,

    /// <summary>Of BITS only; refused.</summary>
    UploadReply = 2,
}

/// <summary>Which callbacks a job wants (contract, section 4.1).</summary>
[Flags]
public enum NotifyFlags
{
    /// <summary>No callback.</summary>
    None = 0,

    /// <summary>JobTransferred: every file is here.</summary>
    JobTransferred = 0x0001,

    /// <summary>JobError: the job entered <see cref="JobState.Error"/>.</summary>
    JobError = 0x0002,

    /// <summary>No callback at all, whatever the other bits say (contract, section 12, item 10).</summary>
    Disable = 0x0004,

    /// <summary>JobModification: bytes, files, properties or state changed.</summary>
    JobModification = 0x0008,

    /// <summary>FileTransferred: one file is here.</summary>
    FileTransferred = 0x0010,

    /// <summary>Of BITS only; accepted, never delivered.</summary>
    FileRangesTransferred = 0x0020,
}

/// <summary>Where an error comes from (BG_ERROR_CONTEXT; contract, section 4.1).</summary>
public enum ErrorContext
{
    /// <summary>Not tied to a place: the default answer.</summary>
    None = 0,

    /// <summary>Of the contract's numbering only.</summary>
    Unknown = 1,

    /// <summary>Of the contract's numbering only.</summary>
    GeneralQueueManager = 2,

    /// <summary>Of the contract's numbering only.</summary>
    QueueManagerNotification = 3,

    /// <summary>Of the contract's numbering only.</summary>
    LocalFile = 4,

    /// <summary>The server refused the remote file: HTTP 403.</summary>
    RemoteFile = 5,

    /// <summary>Of the contract's numbering only.</summary>
    GeneralTransport = 6,

    /// <summary>Of the contract's numbering only.</summary>
    RemoteApplication = 7,
}

/// <summary>The properties of a job by number (BITS_JOB_PROPERTY_ID; contract, sections 4.1 and 6.3).</summary>
public enum JobPropertyId
{
    /// <summary>A <see cref="TransferPolicy"/>: on which networks the job may transfer.</summary>
    CostFlags = 1,

    /// <summary>A class to start when no callback is connected.</summary>
    NotificationClsid = 2,

    /// <summary>Not supported by Delivery Optimization.</summary>
    DynamicContent = 3,

    /// <summary>Not supported by Delivery Optimization.</summary>
    HighPerformance = 4,

    /// <summary>Not supported by Delivery Optimization.</summary>
    MaxDownloadSize = 5,

    /// <summary>Not supported by Delivery Optimization.</summary>
    UseStoredCredentials = 7,

    /// <summary>Not supported by Delivery Optimization.</summary>
    MinimumNotificationIntervalMs = 9,

    /// <summary>Not supported by Delivery Optimization.</summary>
    OnDemandMode = 10,
}

/// <summary>The named values of <see cref="JobPropertyId.CostFlags"/> (BITS_JOB_TRANSFER_POLICY; contract, section 4.1).</summary>
public enum TransferPolicy : uint
{
    /// <summary>Any connectivity.</summary>
    Always = 0x800000FF,

    /// <summary>Unless there is a roaming surcharge.</summary>
    NotRoaming = 0x8000007F,

    /// <summary>Only without surcharge.</summary>
    NoSurcharge = 0x8000006F,

    /// <summary>Only without surcharge and away from the cap.</summary>
    Standard = 0x80000067,

    /// <summary>Only without cost and limit.</summary>
    Unrestricted = 0x80000021,
}
