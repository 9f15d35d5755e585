using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.RestCompat;

/// <summary>Result codes as Microsoft's Linux agent gives them: what the disk refuses by the system's own number, HTTP statuses in groups.</summary>
static class RestCodes
{
    /// <summary>Of the codes that hold a number of the system's, which is added to it.</summary>
    const uint SystemError = 0xC0D0_0000;

    // The numbers of Linux.
    static readonly Dictionary<HResult, int> SystemErrors = new()
    {
        [ERROR_FILE_NOT_FOUND] = 2,
        [ERROR_PATH_NOT_FOUND] = 2,
        [ERROR_IO_DEVICE] = 5,
        [ERROR_READ_FAULT] = 5,
        [ERROR_WRITE_FAULT] = 5,
        [E_ACCESSDENIED] = 13,
        [ERROR_BUSY] = 16,
        [ERROR_FILE_EXISTS] = 17,
        [ERROR_DIRECTORY_NOT_SUPPORTED] = 17,
        [ERROR_NOT_SAME_DEVICE] = 18,
        [ERROR_DIRECTORY] = 20,
        [ERROR_INVALID_NAME] = 22,
        [ERROR_TOO_MANY_OPEN_FILES] = 24,
        [ERROR_FILE_TOO_LARGE] = 27,
        [ERROR_DISK_FULL] = 28,
        [ERROR_WRITE_PROTECT] = 30,
        [ERROR_FILENAME_EXCED_RANGE] = 36,
        [ERROR_DISK_QUOTA_EXCEEDED] = 122,
    };

    /// <summary>The code as clients expect it.</summary>
    public static HResult Of(HResult code)
    {
        if (SystemErrors.TryGetValue(code, out var number))
            return new HResult(unchecked((int)(SystemError + (uint)number)));
        if (code == DO_E_JOB_NOT_FOUND)
            return E_NOT_SET;
        return code.HttpStatus is { } status ? HResult.FromHttpStatus(GroupOf(status)) : code;
    }

    /// <summary>The status that a group is told by; 1 is for all that have none, 3 for redirects that lead nowhere.</summary>
    static int GroupOf(int status) => status switch
    {
        404 or 410 => 404,
        400 or 405 or 409 or 411 or 412 or 414 or 415 => 400,
        401 or 403 or 406 or 407 or 408 or 413 => status,
        500 or 503 or 300 => 500,
        501 or 505 => 501,
        502 or 504 or 305 => 502,
        301 or 302 or 303 => 3,
        _ => 1,
    };
}
