namespace Haul.SystemTests.Origins;

/// <summary>One request as it arrived, and how far its answer has got.</summary>
sealed class OriginRequest
{
    long _bodyBytesSent;

    public required string Method { get; init; }

    /// <summary>The second word of the request line, as it was sent.</summary>
    public required string Target { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The connection it came on.</summary>
    public required OriginConnection Connection { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The status of the answer; 0 until there is one.</summary>
    public int Status { get; set; }

    /// <summary>Bytes of the answer's body handed to the network so far.</summary>
    public long BodyBytesSent => Interlocked.Read(ref _bodyBytesSent);

    /// <summary>The target without its query.</summary>
    public string Path => Target.Split('?')[0];

    public string? Range => this["Range"];

    /// <summary>The value of the first header of that name.</summary>
    public string? this[string name] =>
        Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public bool WantsEndOfConnection => this["Connection"] is { } connection
        ? connection.Contains("close", StringComparison.OrdinalIgnoreCase)
        : Version == "HTTP/1.0";

    public void CountSent(int bytes) => Interlocked.Add(ref _bodyBytesSent, bytes);

    public override string ToString() => $"{Method} {Target} {Range} -> {Status}, {BodyBytesSent} bytes";
}
