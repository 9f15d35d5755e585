using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>What a client asked for: files, priority, callbacks. Owned by the jobs' loop; others see its snapshots.</summary>
sealed class Job(Guid id, Caller owner, string displayName, DateTimeOffset creation)
{
    public Guid Id => id;

    public Caller Owner { get; set; } = owner;

    public JobState State { get; set; } = JobState.Suspended;

    // Properties.
    public string DisplayName { get; set; } = displayName;
    public string Description { get; set; } = "";
    public JobPriority Priority { get; set; } = JobPriority.Normal;
    public NotifyFlags NotifyFlags { get; set; } = NotifyFlags.JobTransferred | NotifyFlags.JobError;
    public uint? NoProgressTimeout { get; set; }
    public uint MinimumRetryDelay { get; set; }
    public uint CostFlags { get; set; } = (uint)TransferPolicy.Always;
    public Guid? NotificationClsid { get; set; }

    // Facts.
    public DateTimeOffset Created { get; } = creation;
    public DateTimeOffset Modified { get; set; } = creation;
    public DateTimeOffset? TransferCompleted { get; set; }
    public uint ErrorCount { get; set; }
    public JobErrorSnapshot? Error { get; set; }
    public long Sequence { get; set; }

    /// <summary>What makes it a download; null for any other job.</summary>
    public DownloadFacet? Download { get; set; }

    public List<JobFile> Files { get; } = [];

    public JobTally Tally { get; } = new();

    /// <summary>When a byte last came, or the job began to wait for one.</summary>
    public DateTimeOffset ProgressAt { get; set; } = creation;

    /// <summary>Complete or Cancel is under way: it waits for transfers to stop and the disk to be done.</summary>
    public JobEnding? Ending { get; set; }

    /// <summary>The number of its last notification, whoever was notified: an answer never meets the notification of another callback.</summary>
    public long NotificationNumber { get; set; }

    /// <summary>What its state asks to be told was acknowledged: its stand-in is not told again. Kept only with a notification class.</summary>
    public bool IsHeard { get; set; }

    /// <summary>The <see cref="Sequence"/> from which on the job is as it is to be told now: an answer to anything older acknowledges nothing.</summary>
    public long DueFrom { get; set; }

    /// <summary>It changed since it was last recorded.</summary>
    public bool IsDirty { get; set; } = true;

    /// <summary>Seconds without a byte before it fails: 3600 in the foreground, else a day (contract, section 12, item 16).</summary>
    public uint NoProgressTimeoutSeconds => NoProgressTimeout ?? (Priority == JobPriority.Foreground ? 3600u : 86400u);

    public bool IsForeground => Priority == JobPriority.Foreground;

    /// <summary>Its files are being fetched, or wait to be.</summary>
    public bool IsActive => State is JobState.Queued or JobState.Transferring or JobState.TransientError && Ending is null;

    public JobSnapshot Snapshot() => new(
        id, DisplayName, Description, new Owner(Owner.Uid, Owner.Name), State, Priority, JobType.Download, NotifyFlags,
        NoProgressTimeoutSeconds, MinimumRetryDelay, CostFlags, NotificationClsid, ErrorCount, Tally.Progress(Files.Count),
        new JobTimes(Created, Modified, TransferCompleted), Error, Sequence);

    /// <summary>Sets the notification class, or none; another class is told anew what is due.</summary>
    public void SetNotificationClass(Guid? clsid)
    {
        if (clsid != NotificationClsid)
            (NotificationClsid, IsHeard, DueFrom) = (clsid, false, Sequence + 1);
    }

    /// <summary>Adds a file at the end.</summary>
    public void Add(JobFile file)
    {
        Files.Add(file);
        Tally.Count(file);
    }
}
