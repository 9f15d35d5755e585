namespace Haul.Client.Com;

/// <summary>The properties of a download.</summary>
public enum DODownloadProperty
{
    /// <summary>Names the download.</summary>
    Id = 0,

    /// <summary>The URL.</summary>
    Uri = 1,

    /// <summary>Names the content.</summary>
    ContentId = 2,

    /// <summary>What it is called.</summary>
    DisplayName = 3,

    /// <summary>The path it goes to.</summary>
    LocalPath = 4,

    /// <summary>Request headers.</summary>
    HttpCustomHeaders = 5,

    /// <summary>A cost policy.</summary>
    CostPolicy = 6,

    /// <summary>What is forgiven of certificates.</summary>
    SecurityFlags = 7,

    /// <summary>Callbacks every so many percent.</summary>
    CallbackFreqPercent = 8,

    /// <summary>Callbacks every so many seconds.</summary>
    CallbackFreqSeconds = 9,

    /// <summary>How long it may go without a byte.</summary>
    NoProgressTimeoutSeconds = 10,

    /// <summary>Whether someone waits for it.</summary>
    ForegroundPriority = 11,

    /// <summary>Whether a start returns at the end only.</summary>
    BlockingMode = 12,

    /// <summary>The callback.</summary>
    CallbackInterface = 13,

    /// <summary>The stream it goes to.</summary>
    StreamInterface = 14,

    /// <summary>A client certificate.</summary>
    SecurityContext = 15,

    /// <summary>Whether the caller's identity is kept.</summary>
    NetworkToken = 16,

    /// <summary>A mark for logs.</summary>
    CorrelationVector = 17,

    /// <summary>How it is decrypted, as JSON.</summary>
    DecryptionInfo = 18,

    /// <summary>Where its piece hashes are, as JSON.</summary>
    IntegrityCheckInfo = 19,

    /// <summary>Whether it has to be proved by them.</summary>
    IntegrityCheckMandatory = 20,

    /// <summary>Its size.</summary>
    TotalSizeBytes = 21,

    /// <summary>Not over cellular networks.</summary>
    DisallowOnCellular = 22,

    /// <summary>Request headers for a server that asks who is there.</summary>
    HttpCustomAuthHeaders = 23,

    /// <summary>Whether a redirect may leave https.</summary>
    HttpAllowSecureToNonSecureRedirect = 24,

    /// <summary>Whether it outlives the agent.</summary>
    NonVolatile = 25,

    /// <summary>Where redirects led.</summary>
    HttpRedirectionTarget = 26,

    /// <summary>The header lines of the server's last answer.</summary>
    HttpResponseHeaders = 27,

    /// <summary>The address of the server.</summary>
    HttpServerIPAddress = 28,

    /// <summary>The status of the server's last answer.</summary>
    HttpStatusCode = 29,
}
