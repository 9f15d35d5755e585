namespace Haul.Cli.Output;

/// <summary>Rows under headings, each column as wide as its widest cell; the last one runs on.</summary>
static class Columns
{
    public static IEnumerable<string> Of(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Length).Max()).ToArray();
        return rows.Prepend(headings).Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
