using System.Globalization;

namespace Haul.Cli.Arguments;

/// <summary>Reads sizes, rates and times as people write them: 500k, 2M, 1.5GiB, 50ms.</summary>
static class Quantity
{
    // Decimal without an i, binary with one, as the units are defined (IEC 80000-13).
    static readonly (string Suffix, double Factor)[] _units =
    [
        ("ki", 1L << 10), ("mi", 1L << 20), ("gi", 1L << 30), ("ti", 1L << 40),
        ("k", 1e3), ("m", 1e6), ("g", 1e9), ("t", 1e12), ("", 1),
    ];

    static readonly (string Suffix, double Milliseconds)[] _times =
        [("ms", 1), ("s", 1e3), ("m", 60e3), ("h", 3600e3)];

    /// <summary>Bytes, or null: a number, then k, M, G, T (thousands) or Ki, Mi, Gi, Ti (1,024s), then B if one likes.</summary>
    public static long? Bytes(string text)
    {
        var lower = text.Trim().ToLowerInvariant();
        if (lower.EndsWith('b'))
            lower = lower[..^1];
        foreach (var (suffix, factor) in _units)
        {
            if (!lower.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            return Number(lower[..^suffix.Length]) is { } number && number * factor < long.MaxValue ? (long)Math.Round(number * factor) : null;
        }
        return null;
    }

    /// <summary>Bytes per second, or null: as <see cref="Bytes"/>, with /s behind it if one likes.</summary>
    public static long? Rate(string text) =>
        Bytes(text.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text);

    /// <summary>A time, or null: a number with ms, s, m or h behind it; seconds without.</summary>
    public static TimeSpan? Time(string text)
    {
        var lower = text.Trim().ToLowerInvariant();
        foreach (var (suffix, milliseconds) in _times)
        {
            if (lower.EndsWith(suffix, StringComparison.Ordinal) && Number(lower[..^suffix.Length]) is { } number)
                return Span(number * milliseconds);
        }
        return Number(lower) is { } seconds ? Span(seconds * 1e3) : null;
    }

    static TimeSpan? Span(double milliseconds) => milliseconds < TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    static double? Number(string text) =>
        text.Length > 0 && char.IsAsciiDigit(text[0]) && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
