using System.Net;
using System.Runtime.CompilerServices;

namespace Haul.Protocol.Contract;

/// <summary>Every HRESULT that Haul gives or is asked about: name, value and one line of text.</summary>
/// <remarks>
/// Names and values are the contract's own (contract, sections 3 and 9), the texts are ours. One line defines a code completely.
/// Where two names share a value, the first defined is the one that <see cref="NameOf"/> gives.
/// </remarks>
public static partial class HResults
{
    // COM and the runtime around it.
    public static readonly HResult S_OK = Define(0x00000000, "It worked.");
    public static readonly HResult S_FALSE = Define(0x00000001, "It worked, and there was less to do or to return than asked.");
    public static readonly HResult E_NOTIMPL = Define(0x80004001, "Haul does not support this call.");
    public static readonly HResult E_NOINTERFACE = Define(0x80004002, "The object does not have the interface that was asked for.");
    public static readonly HResult E_POINTER = Define(0x80004003, "A pointer that must be set is null.");
    public static readonly HResult E_ABORT = Define(0x80004004, "The operation was cancelled.");
    public static readonly HResult E_FAIL = Define(0x80004005, "The operation failed for a reason without a code of its own.");
    public static readonly HResult E_UNEXPECTED = Define(0x8000FFFF, "Something happened that should not be possible; please report it.");
    public static readonly HResult RPC_E_DISCONNECTED = Define(0x80010108, "The object lost the agent it belongs to; connect again.");
    public static readonly HResult CLASS_E_NOAGGREGATION = Define(0x80040110, "This class cannot be part of another object.");
    public static readonly HResult CLASS_E_CLASSNOTAVAILABLE = Define(0x80040111, "This library does not have the class that was asked for.");
    public static readonly HResult REGDB_E_CLASSNOTREG = Define(0x80040154, "No class is registered under this id.");
    public static readonly HResult E_ACCESSDENIED = Define(0x80070005, "The caller is not allowed to do this.");
    public static readonly HResult E_HANDLE = Define(0x80070006, "The handle is not valid.");
    public static readonly HResult E_OUTOFMEMORY = Define(0x8007000E, "There is not enough memory.");
    public static readonly HResult E_INVALIDARG = Define(0x80070057, "A parameter has a value that is not allowed.");
    public static readonly HResult E_NOT_SET = Define(0x80070490, "There is nothing under this name, or the value was never set.");
    public static readonly HResult CRYPT_E_FILE_ERROR = Define(0x80092003, "A file with certificates or hashes could not be read.");
    public static readonly HResult INET_E_INVALID_URL = Define(0x800C0002, "The URL is not a valid http or https address.");

    // Files and disks: HRESULT_FROM_WIN32.
    public static readonly HResult ERROR_FILE_NOT_FOUND = Define(0x80070002, "The file does not exist.");
    public static readonly HResult ERROR_PATH_NOT_FOUND = Define(0x80070003, "The directory does not exist.");
    public static readonly HResult ERROR_TOO_MANY_OPEN_FILES = Define(0x80070004, "Too many files are open.");
    public static readonly HResult ERROR_INVALID_DATA = Define(0x8007000D, "The data is damaged or not of the expected form.");
    public static readonly HResult ERROR_NOT_SAME_DEVICE = Define(0x80070011, "The two paths lie on different file systems.");
    public static readonly HResult ERROR_WRITE_PROTECT = Define(0x80070013, "The file system is read-only.");
    public static readonly HResult ERROR_WRITE_FAULT = Define(0x8007001D, "The device failed while it was written.");
    public static readonly HResult ERROR_READ_FAULT = Define(0x8007001E, "The device failed while it was read.");
    public static readonly HResult ERROR_SHARING_VIOLATION = Define(0x80070020, "Another program holds the file open.");
    public static readonly HResult ERROR_HANDLE_EOF = Define(0x80070026, "The file ends before the bytes that were asked for.");
    public static readonly HResult ERROR_NOT_SUPPORTED = Define(0x80070032, "The file system or the system cannot do this.");
    public static readonly HResult ERROR_FILE_EXISTS = Define(0x80070050, "The file exists already.");
    public static readonly HResult ERROR_DISK_FULL = Define(0x80070070, "The disk is full.");
    public static readonly HResult ERROR_INVALID_NAME = Define(0x8007007B, "The file name is not valid.");
    public static readonly HResult ERROR_BUSY = Define(0x800700AA, "The file or the device is in use.");
    public static readonly HResult ERROR_FILENAME_EXCED_RANGE = Define(0x800700CE, "The file name or the path is too long.");
    public static readonly HResult ERROR_FILE_TOO_LARGE = Define(0x800700DF, "The file is larger than the file system or the limit allows.");
    public static readonly HResult ERROR_DIRECTORY = Define(0x8007010B, "The path is not that of a directory.");
    public static readonly HResult ERROR_DIRECTORY_NOT_SUPPORTED = Define(0x80070150, "The path is that of a directory, and a file is needed.");
    public static readonly HResult ERROR_UNRECOGNIZED_VOLUME = Define(0x800703ED, "The volume has no file system that is known here.");
    public static readonly HResult ERROR_FILE_INVALID = Define(0x800703EE, "The file was replaced or changed by another program.");
    public static readonly HResult ERROR_IO_DEVICE = Define(0x8007045D, "The device reported an input or output error.");
    public static readonly HResult ERROR_DISK_QUOTA_EXCEEDED = Define(0x8007050F, "The caller's disk quota is used up.");
    public static readonly HResult ERROR_FILE_CORRUPT = Define(0x80070570, "The file or the directory is damaged.");

    // The system and its services: HRESULT_FROM_WIN32.
    public static readonly HResult ERROR_UNHANDLED_EXCEPTION = Define(0x8007023E, "The program failed inside; please report it.");
    public static readonly HResult ERROR_CANCELLED = Define(0x800704C7, "The user cancelled the operation.");
    public static readonly HResult ERROR_TIMEOUT = Define(0x800705B4, "The operation took longer than it may.");
    public static readonly HResult RPC_S_SERVER_UNAVAILABLE = Define(0x800706BA, "The agent is not running or cannot be reached.");
    public static readonly HResult ERROR_RESOURCE_LANG_NOT_FOUND = Define(0x80070717, "There is no text in this language.");

    // The network, as WinINet and WinHTTP number it.
    public static readonly HResult WININET_E_TIMEOUT = Define(0x80072EE2, "The server did not answer in time.");
    public static readonly HResult WININET_E_INVALID_URL = Define(0x80072EE5, "The URL cannot be understood.");
    public static readonly HResult WININET_E_UNRECOGNIZED_SCHEME = Define(0x80072EE6, "The URL is neither http nor https.");
    public static readonly HResult WININET_E_NAME_NOT_RESOLVED = Define(0x80072EE7, "The server's name has no address.");
    public static readonly HResult WININET_E_CANNOT_CONNECT = Define(0x80072EFD, "No connection to the server could be made.");
    public static readonly HResult WININET_E_CONNECTION_ABORTED = Define(0x80072EFE, "The connection ended before the answer was complete.");
    public static readonly HResult WININET_E_CONNECTION_RESET = Define(0x80072EFF, "The server reset the connection.");
    public static readonly HResult WININET_E_SEC_CERT_DATE_INVALID = Define(0x80072F05, "The server's certificate has expired or is not valid yet.");
    public static readonly HResult WININET_E_SEC_CERT_CN_INVALID = Define(0x80072F06, "The server's certificate is for another name.");
    public static readonly HResult WININET_E_HTTPS_TO_HTTP_ON_REDIR = Define(0x80072F08, "The server redirects from https to http, which is not allowed.");
    public static readonly HResult WININET_E_CLIENT_AUTH_CERT_NEEDED = Define(0x80072F0C, "The server asks for a client certificate.");
    public static readonly HResult WININET_E_INVALID_CA = Define(0x80072F0D, "The server's certificate comes from an authority that is not trusted.");
    public static readonly HResult WININET_E_INVALID_SERVER_RESPONSE = Define(0x80072F78, "The server's answer is not valid HTTP.");
    public static readonly HResult WININET_E_REDIRECT_FAILED = Define(0x80072F7C, "The server redirects too often or to nowhere.");
    public static readonly HResult WININET_E_SECURITY_CHANNEL_ERROR = Define(0x80072F7D, "The secure connection could not be set up.");
    public static readonly HResult WININET_E_INTERNET_DISCONNECTED = Define(0x80072F83, "This machine has no network.");
    public static readonly HResult WININET_E_SERVER_UNREACHABLE = Define(0x80072F84, "There is no way through the network to the server.");
    public static readonly HResult WININET_E_PROXY_SERVER_UNREACHABLE = Define(0x80072F85, "The proxy cannot be reached.");
    public static readonly HResult WININET_E_SEC_INVALID_CERT = Define(0x80072F89, "The server's certificate is not valid.");
    public static readonly HResult WININET_E_SEC_CERT_REVOKED = Define(0x80072F8A, "The server's certificate was revoked.");
    public static readonly HResult ERROR_WINHTTP_SECURE_FAILURE = Define(0x80072F8F, "The server's certificate could not be trusted.");

    // The explicit constructor makes the lookups below wait until every field, in whichever file, is defined.
    static HResults()
    {
    }

    /// <summary>Every code by name, in the order of definition. Aliases are listed too.</summary>
    public static IReadOnlyCollection<(string Name, HResult Value, string Text)> All => HResultTable.All;

    /// <summary>The name of a code, or null.</summary>
    public static string? NameOf(HResult code) => HResultTable.Find(code)?.Name;

    /// <summary>One line that says what a code means, or null. Every HTTP status has one, named or not.</summary>
    public static string? TextOf(HResult code) =>
        HResultTable.Find(code)?.Text ?? (code.HttpStatus is { } status ? HttpText(status, ReasonOf(status)) : null);

    /// <summary>The code of a name as the contract spells it, or null.</summary>
    public static HResult? FromName(string name) => HResultTable.Find(name)?.Value;

    static HResult Define(uint value, string text, [CallerMemberName] string name = "") => HResultTable.Add(name, value, text);

    static HResult DefineHttp(uint status, string reason, [CallerMemberName] string name = "") =>
        HResultTable.Add(name, 0x80190000 + status, HttpText((int)status, reason));

    static string HttpText(int status, string reason) =>
        reason.Length == 0 ? $"The server answered with HTTP status {status}." : $"The server answered {status} {reason}.";

    // The statuses without a name in the contract that servers do send. Before this the text has the number alone.
    static string ReasonOf(int status) => (HttpStatusCode)status switch
    {
        HttpStatusCode.PermanentRedirect => "Permanent Redirect",
        HttpStatusCode.MisdirectedRequest => "Misdirected Request",
        HttpStatusCode.UnprocessableEntity => "Unprocessable Content",
        HttpStatusCode.Locked => "Locked",
        HttpStatusCode.UpgradeRequired => "Upgrade Required",
        HttpStatusCode.PreconditionRequired => "Precondition Required",
        HttpStatusCode.TooManyRequests => "Too Many Requests",
        HttpStatusCode.RequestHeaderFieldsTooLarge => "Request Header Fields Too Large",
        HttpStatusCode.UnavailableForLegalReasons => "Unavailable For Legal Reasons",
        HttpStatusCode.InsufficientStorage => "Insufficient Storage",
        HttpStatusCode.NetworkAuthenticationRequired => "Network Authentication Required",
        _ => "",
    };
}
