using System.Globalization;
using System.Net;

namespace Haul.Tracker.Addresses;

/// <summary>Where the tracker takes connections.</summary>
/// <param name="Address">Which of the machine's addresses; null for all.</param>
/// <param name="Port">0 for any that is free.</param>
/// <param name="IsSecure">https, and not http.</param>
sealed record ListenAddress(IPAddress? Address, int Port, bool IsSecure)
{
    /// <summary>The port where none is given.</summary>
    public const int UsualPort = 7682;

    /// <summary>Every address, with TLS.</summary>
    public static ListenAddress Usual { get; } = new(null, UsualPort, true);

    /// <summary>Reads http://HOST:PORT or https://HOST:PORT, HOST being an IP address, localhost or * for all; null when it is neither.</summary>
    public static ListenAddress? Parse(string text)
    {
        var isSecure = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isSecure && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        var port = UsualPort;
        if (colon > rest.LastIndexOf(']'))
        {
            if (!int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > IPEndPoint.MaxPort)
                return null;
            rest = rest[..colon];
        }
        if (rest == "*")
            return new ListenAddress(null, port, isSecure);
        if (rest == "localhost")
            return new ListenAddress(IPAddress.Loopback, port, isSecure);
        return IPAddress.TryParse(rest, out var address) && (rest.StartsWith('[') || !rest.Contains(':', StringComparison.Ordinal))
            ? new ListenAddress(address, port, isSecure)
            : null;
    }

    public override string ToString() =>
        $"{(IsSecure ? "https" : "http")}://{(Address is null ? "*" : new IPEndPoint(Address, 0).ToString()[..^2])}:{Port}";
}
