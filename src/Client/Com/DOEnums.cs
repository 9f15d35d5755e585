namespace Haul.Client.Com;

/// <summary>Where bytes may come from.</summary>
public enum DownloadMode
{
    /// <summary>The origin, with metadata from a cloud.</summary>
    CdnOnly = 0,

    /// <summary>Machines of the same network too.</summary>
    Lan = 1,

    /// <summary>Machines of the same group too.</summary>
    Group = 2,

    /// <summary>Machines anywhere too.</summary>
    Internet = 3,

    /// <summary>The origin alone.</summary>
    Simple = 99,

    /// <summary>Not at all: another agent is used.</summary>
    Bypass = 100,
}

/// <summary>What a file does.</summary>
public enum SwarmStatus
{
    /// <summary>It is being fetched.</summary>
    Downloading = 0,

    /// <summary>It is here.</summary>
    Complete = 1,

    /// <summary>It is kept for others.</summary>
    Caching = 2,

    /// <summary>It waits for its job.</summary>
    Paused = 3,
}

/// <summary>The properties of IBackgroundCopyFile5.</summary>
public enum FilePropertyId
{
    /// <summary>The header lines of the server's last answer.</summary>
    HttpResponseHeaders = 1,
}

/// <summary>The properties of IDeliveryOptimizationJob2.</summary>
public enum DOJobPropertyId
{
    /// <summary>More about the job's error.</summary>
    ExtendedErrorInfo = 0,
}

/// <summary>The properties of IDeliveryOptimizationFile2.</summary>
public enum DOFilePropertyId
{
    /// <summary>How it is decrypted, as JSON.</summary>
    DecryptionInfo = 0,

    /// <summary>Where its piece hashes are, as JSON.</summary>
    IntegrityCheckInfo = 1,

    /// <summary>Whether it has to be proved by them.</summary>
    IntegrityCheckMandatory = 2,

    /// <summary>The stream it goes to.</summary>
    DownloadSinkInterface = 3,

    /// <summary>The path it goes to.</summary>
    DownloadSinkFilePath = 4,

    /// <summary>Not supported.</summary>
    DownloadSinkMemoryStream = 5,

    /// <summary>Its size.</summary>
    TotalSizeBytes = 6,
}
