using System.Globalization;
using System.Text.Json;

namespace Haul.SystemTests.Origins;

/// <summary>One line of nginx's access log, written when the request had ended.</summary>
sealed record NginxRequest
{
    /// <summary>The directive that makes nginx write such lines.</summary>
    public const string LogFormat = """
        log_format haul escape=json '{"at":"$msec","connection":"$connection","port":"$server_port",'
            '"protocol":"$server_protocol","method":"$request_method","path":"$request_uri",'
            '"range":"$http_range","ifRange":"$http_if_range","status":"$status",'
            '"contentRange":"$sent_http_content_range","bytes":"$body_bytes_sent","completion":"$request_completion"}';
        """;

    public required DateTimeOffset At { get; init; }

    /// <summary>Which of nginx's connections it came on.</summary>
    public required long Connection { get; init; }

    public required int Port { get; init; }

    /// <summary>HTTP/1.1 or HTTP/2.0.</summary>
    public required string Protocol { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string? Range { get; init; }

    public string? IfRange { get; init; }

    public required int Status { get; init; }

    public string? ContentRange { get; init; }

    public required long BodyBytesSent { get; init; }

    /// <summary>Whether all of the answer was taken; false when the asker left before.</summary>
    public required bool IsComplete { get; init; }

    public static NginxRequest Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var fields = document.RootElement;
        return new NginxRequest
        {
            At = DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(Text("at"), CultureInfo.InvariantCulture)),
            Connection = Number("connection"),
            Port = (int)Number("port"),
            Protocol = Text("protocol"),
            Method = Text("method"),
            Path = Text("path"),
            Range = TextOrNull("range"),
            IfRange = TextOrNull("ifRange"),
            Status = (int)Number("status"),
            ContentRange = TextOrNull("contentRange"),
            BodyBytesSent = Number("bytes"),
            IsComplete = Text("completion") == "OK",
        };

        string Text(string name) => fields.GetProperty(name).GetString()!;
        string? TextOrNull(string name) => Text(name) is { Length: > 0 } text ? text : null;
        long Number(string name) => long.Parse(Text(name), CultureInfo.InvariantCulture);
    }
}
