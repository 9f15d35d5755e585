namespace Haul.Engine.Policies;

/// <summary>What the administrator allows, as one immutable record that is swapped whole. Each reader takes it once per decision.</summary>
sealed record Policy
{
    /// <summary>Files that are fetched at the same time.</summary>
    public int TransfersMax { get; init; } = 10;

    /// <summary>Of those, how many background jobs may take, so that a foreground job starts at once.</summary>
    public int BackgroundTransfersMax { get; init; } = 8;

    /// <summary>Connections of this machine to one origin host. Enough to fill a long fat link; as many as browsers open to one host.</summary>
    public int OriginConnectionsMax { get; init; } = 6;

    /// <summary>How often a job's callback hears of bytes at most.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Jobs of one user that are not final.</summary>
    public int JobsPerUserMax { get; init; } = 20_000;

    /// <summary>Files of one job.</summary>
    public int FilesPerJobMax { get; init; } = 20_000;

    /// <summary>Ranges of one file (BITS: 500).</summary>
    public int RangesPerFileMax { get; init; } = 500;

    /// <summary>Age at which a job that is not final is cancelled (contract, section 10.1: 30 days).</summary>
    public TimeSpan JobAgeMax { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Wait for the disk before a file is placed. Off: the system writes back in its own time, as after a copy.</summary>
    public bool FlushBeforePlace { get; init; }

    /// <summary>What is allowed among agents.</summary>
    public PeerPolicy Peers { get; init; } = new();

    /// <summary>The shortest <see cref="ProgressInterval"/> that is accepted.</summary>
    public static readonly TimeSpan ProgressIntervalMin = TimeSpan.FromMilliseconds(50);
}
