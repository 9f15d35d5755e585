using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Cli;

/// <summary>What the program ends with; scripts rely on these numbers (docs/cli.md).</summary>
static class ExitCode
{
    public const int Success = 0;

    /// <summary>A job failed, or there is no such job, for a reason without a number of its own.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>This machine refuses: the file exists, its directory does not, access is denied, another get is at it.</summary>
    public const int Refused = 3;

    /// <summary>The command needs an agent, and none answers.</summary>
    public const int NoAgent = 4;

    /// <summary>The bytes do not have the digest or the piece hashes that were given, or those hashes cannot be had.</summary>
    public const int WrongDigest = 5;

    /// <summary>The disk is full, read-only or broken.</summary>
    public const int Disk = 6;

    /// <summary>The network or the server's protocol failed until it was given up.</summary>
    public const int Network = 7;

    /// <summary>The server answered with an HTTP error such as 404.</summary>
    public const int Server = 8;

    /// <summary>Interrupted by Ctrl+C or SIGTERM; what is here is kept.</summary>
    public const int Interrupted = 130;

    static readonly Dictionary<HResult, int> _exact = new()
    {
        [E_INVALIDARG] = Usage,
        [E_NOTIMPL] = Usage,
        [DO_E_INVALID_RANGE] = Usage,
        [DO_E_OVERLAPPING_RANGES] = Usage,
        [BG_E_TOO_MANY_RANGES_IN_FILE] = Usage,
        [BG_E_STRING_TOO_LONG] = Usage,
        [ERROR_FILE_EXISTS] = Refused,
        [ERROR_SHARING_VIOLATION] = Refused,
        [ERROR_PATH_NOT_FOUND] = Refused,
        [ERROR_FILE_NOT_FOUND] = Refused,
        [ERROR_INVALID_NAME] = Refused,
        [ERROR_FILENAME_EXCED_RANGE] = Refused,
        [ERROR_DIRECTORY] = Refused,
        [ERROR_DIRECTORY_NOT_SUPPORTED] = Refused,
        [E_ACCESSDENIED] = Refused,
        [DO_E_NO_SERVICE] = NoAgent,
        [BG_E_VALIDATION_FAILED] = WrongDigest,
        [DO_E_BAD_PIECE_HASH] = WrongDigest,
        [DO_E_BAD_INCOMING_DATA] = WrongDigest,
        [DO_E_INTEGRITYCHECKINFO_UNAVAILABLE] = WrongDigest,
        [DO_E_DOWNLOAD_RANGES_UNEXPECTED] = Usage,
        [ERROR_DISK_FULL] = Disk,
        [ERROR_DISK_QUOTA_EXCEEDED] = Disk,
        [ERROR_WRITE_PROTECT] = Disk,
        [ERROR_WRITE_FAULT] = Disk,
        [ERROR_READ_FAULT] = Disk,
        [ERROR_IO_DEVICE] = Disk,
        [ERROR_FILE_TOO_LARGE] = Disk,
        [DO_E_DOWNLOAD_NO_PROGRESS] = Network,
        [DO_E_HTTP_CERT_VALIDATION] = Network,
        [DO_E_HTTP_BLOCKSIZE_MISMATCH] = Network,
        [DO_E_INSUFFICIENT_RANGE_SUPPORT] = Network,
        [BG_E_INVALID_SERVER_RESPONSE] = Network,
        [BG_E_INSUFFICIENT_HTTP_SUPPORT] = Network,
        [BG_E_INSUFFICIENT_RANGE_SUPPORT] = Network,
        [ERROR_WINHTTP_SECURE_FAILURE] = Network,
    };

    /// <summary>The number for the code of a failure.</summary>
    public static int Of(HResult code) => code switch
    {
        { Succeeded: true } => Success,
        { HttpStatus: not null } => Server,
        { IsTransient: true } => Network,
        _ when _exact.TryGetValue(code, out var exact) => exact,
        // The errors of WinINet, from timeouts to certificates, are all of the way to the server.
        _ when ((uint)code.Value & 0xFFFF_FF00) is 0x8007_2E00 or 0x8007_2F00 => Network,
        _ => Failed,
    };
}
