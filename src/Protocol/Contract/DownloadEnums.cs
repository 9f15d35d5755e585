namespace Haul.Protocol.Contract;

/// <summary>The state of a download (DODownloadState). The numbers are on the wire.</summary>
public enum DownloadState
{
    /// <summary>Made and never started.</summary>
    Created = 0,

    /// <summary>Its bytes come, or it waits for its turn or for another try.</summary>
    Transferring = 1,

    /// <summary>All that was asked for is here. It may be started again for another part of the file.</summary>
    Transferred = 2,

    /// <summary>Its file has its name. Final.</summary>
    Finalized = 3,

    /// <summary>Given up; what was fetched is gone. Final.</summary>
    Aborted = 4,

    /// <summary>It rests: because it was asked to, because of an error, or until the network allows it.</summary>
    Paused = 5,
}

/// <summary>On which networks a download may transfer (DODownloadCostPolicy).</summary>
public enum DownloadCostPolicy
{
    /// <summary>On any.</summary>
    Always = 0,

    /// <summary>Not on a metered one.</summary>
    Unrestricted = 1,

    /// <summary>Not near or beyond a data limit.</summary>
    Standard = 2,

    /// <summary>Not while roaming.</summary>
    NoRoaming = 3,

    /// <summary>Not beyond a data limit.</summary>
    NoSurcharge = 4,

    /// <summary>Not on a cellular one.</summary>
    NoCellular = 5,
}

/// <summary>The properties of a download by number (DODownloadProperty).</summary>
public enum DownloadProperty
{
    /// <summary>The download's id.</summary>
    Id = 0,

    /// <summary>The URL.</summary>
    Uri = 1,

    /// <summary>A name for the content that is the same wherever it lies.</summary>
    ContentId = 2,

    /// <summary>What its creator calls it.</summary>
    DisplayName = 3,

    /// <summary>Full path of the file to make.</summary>
    LocalPath = 4,

    /// <summary>Header lines for each request.</summary>
    HttpCustomHeaders = 5,

    /// <summary>A <see cref="DownloadCostPolicy"/>.</summary>
    CostPolicy = 6,

    /// <summary>How strictly certificates are checked.</summary>
    SecurityFlags = 7,

    /// <summary>A callback every so many percent.</summary>
    CallbackFreqPercent = 8,

    /// <summary>A callback every so many seconds.</summary>
    CallbackFreqSeconds = 9,

    /// <summary>How long it may go without a byte before it fails; 0 for the default.</summary>
    NoProgressTimeoutSeconds = 10,

    /// <summary>It goes before all background downloads.</summary>
    ForegroundPriority = 11,

    /// <summary>Start returns only when the download is done or has failed.</summary>
    BlockingMode = 12,

    /// <summary>Who is called back.</summary>
    CallbackInterface = 13,

    /// <summary>The stream that the bytes go to instead of a file.</summary>
    StreamInterface = 14,

    /// <summary>A client certificate.</summary>
    SecurityContext = 15,

    /// <summary>Use the caller's identity towards the server.</summary>
    NetworkToken = 16,

    /// <summary>Connects the download with others in telemetry.</summary>
    CorrelationVector = 17,

    /// <summary>How an encrypted content is decrypted.</summary>
    DecryptionInfo = 18,

    /// <summary>Where the hashes of the content's pieces are, and their digest.</summary>
    IntegrityCheckInfo = 19,

    /// <summary>A content that cannot be checked is not delivered.</summary>
    IntegrityCheckMandatory = 20,

    /// <summary>The size of the whole content.</summary>
    TotalSizeBytes = 21,

    /// <summary>Not on a cellular network, whatever the cost policy.</summary>
    DisallowOnCellular = 22,

    /// <summary>Header lines for a server that asks who is there.</summary>
    HttpCustomAuthHeaders = 23,

    /// <summary>Follow a redirect from https to http.</summary>
    HttpAllowSecureToNonSecureRedirect = 24,

    /// <summary>It outlives a restart of the agent.</summary>
    NonVolatile = 25,

    /// <summary>Where redirects led.</summary>
    HttpRedirectionTarget = 26,

    /// <summary>The header lines of the server's last answer.</summary>
    HttpResponseHeaders = 27,

    /// <summary>The server's address.</summary>
    HttpServerIPAddress = 28,

    /// <summary>The status of the server's last answer.</summary>
    HttpStatusCode = 29,
}
