using System.Globalization;
using System.Text;

namespace Haul.SystemTests.Origins;

/// <summary>How text and dates look in HTTP/1.1.</summary>
static class Wire
{
    /// <summary>Latin-1, so that every byte of a bad header survives.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Date(DateTimeOffset date) => date.ToString("R", CultureInfo.InvariantCulture);

    public static string Reason(int status) => status switch
    {
        100 => "Continue",
        103 => "Early Hints",
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status " + Number(status),
    };
}
