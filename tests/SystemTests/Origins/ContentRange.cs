using System.Globalization;

namespace Haul.SystemTests.Origins;

/// <summary>The bytes <paramref name="First"/> to <paramref name="Last"/>, both included, of <paramref name="Total"/>.</summary>
readonly record struct ContentRange(long First, long Last, long Total)
{
    const string Unit = "bytes=";

    public long Length => Last - First + 1;

    /// <summary>The value of Content-Range that says so.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"bytes {First}-{Last}/{Total}");

    /// <summary>Reads the value of a Range header for content of <paramref name="total"/> bytes.</summary>
    /// <returns>Null when it is not one single range and so counts for nothing (RFC 9110, section 14.2).</returns>
    public static AskedRange? Parse(string? range, long total)
    {
        if (range is null || !range.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return null;
        var ends = range[Unit.Length..].Split('-');
        if (ends.Length != 2)
            return null;

        var hasFirst = TryNumber(ends[0], out var first);
        var hasLast = TryNumber(ends[1], out var last);
        return (hasFirst, hasLast) switch
        {
            (true, true) when last >= first => Asked(first, Math.Min(last, total - 1), total),
            (true, false) when ends[1].Length == 0 => Asked(first, total - 1, total),
            (false, true) when ends[0].Length == 0 => Asked(last == 0 ? total : Math.Max(0, total - last), total - 1, total),
            _ => null,
        };
    }

    static AskedRange Asked(long first, long last, long total) =>
        new(first < total ? new ContentRange(first, last, total) : null);

    static bool TryNumber(string digits, out long number) =>
        long.TryParse(digits.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>What a valid Range header asks for: a part, or nothing that there is.</summary>
readonly record struct AskedRange(ContentRange? Satisfiable);
