using System.Globalization;
using Haul.Protocol.Contract;

namespace Haul.Cli.Arguments;

/// <summary>Ranges as HTTP writes them: 0-499 are the first 500 bytes, 500- is all that follows.</summary>
static class RangeText
{
    public static ByteRange? Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0 || Number(text[..dash]) is not { } first)
            return null;
        if (dash == text.Length - 1)
            return new ByteRange(first, ByteRange.ToEndOfFile);
        return Number(text[(dash + 1)..]) is { } last && last >= first ? new ByteRange(first, last - first + 1) : null;
    }

    static ulong? Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue ? number : null;
}
