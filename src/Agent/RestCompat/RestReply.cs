using System.Globalization;
using System.Text;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.RestCompat;

/// <summary>An answer in the dialect that clients of Microsoft's agent parse, down to the spelling of headers.</summary>
/// <param name="Status">200, or what a failure maps to.</param>
/// <param name="Body">JSON: with a line's end on success, without one on failure.</param>
sealed record RestReply(int Status, string Body)
{
    const string Server = "Server: Delivery-Optimization-Agent/1.1.0\r\n";

    /// <summary>What is said to something that is no request: no length, no body, and then the connection ends.</summary>
    public static readonly byte[] NoRequest = Encoding.ASCII.GetBytes($"HTTP/1.1 400 BadRequest\r\n{Server}\r\n");

    /// <summary>Success without anything to say.</summary>
    public static readonly RestReply Done = new(200, "{}\n");

    /// <summary>Success, with names and values in this order. All values are strings.</summary>
    public static RestReply Of(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var json = new StringBuilder("{");
        foreach (var (name, value) in members)
        {
            json.Append(json.Length > 1 ? "," : "");
            Quote(json, name);
            Quote(json.Append(':'), value);
        }
        return new RestReply(200, json.Append("}\n").ToString());
    }

    /// <summary>Failure.</summary>
    public static RestReply Of(HResult code)
    {
        var status = code == E_NOT_SET ? 404 : code == E_OUTOFMEMORY ? 503 : code == ERROR_UNHANDLED_EXCEPTION ? 500 : 400;
        return new RestReply(status, string.Create(CultureInfo.InvariantCulture, $$"""{ "ErrorCode": {{code.Value}} }"""));
    }

    /// <summary>The answer as it goes over the wire.</summary>
    /// <param name="withBody">Not for HEAD, whose answers have none.</param>
    public byte[] Bytes(bool withBody = true)
    {
        var length = Encoding.UTF8.GetByteCount(Body);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {Status} {ReasonOf(Status)}\r\nContent-Length: {length}\r\n{Server}\r\n{(withBody ? Body : "")}"));
    }

    static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        404 => "NotFound",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        _ => "BadRequest",
    };

    /// <summary>A JSON string in which slashes are escaped too.</summary>
    static void Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' or '/' => json.Append('\\').Append(c),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => json.Append(c),
            };
        }
        json.Append('"');
    }
}
