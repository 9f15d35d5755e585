using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Haul.Cli.Output;

/// <summary>One row of the live display, before it is drawn.</summary>
/// <param name="Name">The file's name, or what the row is about.</param>
/// <param name="Bytes">The bytes that are here.</param>
/// <param name="Total">The bytes wanted; null while unknown.</param>
/// <param name="Rate">Who measures it.</param>
/// <param name="Source">Where it comes from and over how many connections.</param>
sealed record BarRow(string Name, ulong Bytes, ulong? Total, RateMeter Rate, string Source);

/// <summary>Draws rows and messages for a terminal of some width.</summary>
static class BarRows
{
    static readonly Style _done = new(Color.Green);
    static readonly Style _missing = new(Color.Grey);
    static readonly Style _faint = new(Color.Grey);
    static readonly Style _warning = new(Color.Yellow);

    public static IRenderable Draw(IReadOnlyList<BarRow> rows, string? message, int width, bool isUnicode)
    {
        var layout = BarLayout.Of(width);
        var grid = new Grid { Expand = false };
        foreach (var cells in new[] { layout.Name, layout.Bar, BarLayout.Percent, layout.Bytes, layout.Rate, layout.Remaining, layout.Source })
        {
            if (cells > 0)
                grid.AddColumn(new GridColumn { Width = cells, NoWrap = true, Padding = new Padding(0, 0, 0, 0) });
        }
        foreach (var row in rows)
            grid.AddRow([.. Cells(row, layout, isUnicode)]);
        return message is null ? grid : new Rows(grid, new Text(Fit(Said.Plain(message), width - 1), _warning));
    }

    static IEnumerable<IRenderable> Cells(BarRow row, BarLayout layout, bool isUnicode)
    {
        yield return new Text(Fit(Said.Plain(row.Name), layout.Name)).Overflow(Overflow.Ellipsis);
        if (layout.Bar > 0)
            yield return Bar(row, layout.Bar - 1, isUnicode);
        yield return Right(row.Total is { } total ? $"{Said.Percent(row.Bytes, total)} %" : "", BarLayout.Percent, Style.Plain);
        if (layout.Bytes > 0)
            yield return Right(row.Total is { } all ? $"{Said.Bytes(row.Bytes)}/{Said.Bytes(all)}" : Said.Bytes(row.Bytes), layout.Bytes, Style.Plain);
        if (layout.Rate > 0)
            yield return Right(Said.Rate(row.Rate.BytesPerSecond), layout.Rate, Style.Plain);
        if (layout.Remaining > 0)
            yield return Right(row.Total is { } whole && row.Rate.Remaining(whole - Math.Min(whole, row.Bytes)) is { } time ? Said.Time(time) : "-:--", layout.Remaining, Style.Plain);
        if (layout.Source > 0)
            yield return new Text(Fit("  " + Said.Plain(row.Source), layout.Source), _faint);
    }

    static Text Right(string text, int cells, Style style) => new(text.PadLeft(cells), style);

    static Paragraph Bar(BarRow row, int cells, bool isUnicode)
    {
        var full = row.Total is { } total ? (int)Math.Round(cells * (total == 0 ? 1.0 : Math.Min(1.0, (double)row.Bytes / total))) : 0;
        var (here, missing) = isUnicode ? ('━', '─') : ('#', '-');
        return new Paragraph(" ").Append(new string(here, full), _done).Append(new string(missing, cells - full), _missing);
    }

    // A message longer than the terminal would be wrapped, and make the display jump.
    static string Fit(string text, int cells) => text.Length <= Math.Max(cells, 1) ? text : text[..(Math.Max(cells, 1) - 1)] + "…";

    /// <summary>The row of a file.</summary>
    public static BarRow Of(FileSnapshot file, RateMeter rate) => new(
        Path.GetFileName(file.LocalName), file.BytesTransferred, file.BytesTotal == ByteRange.UnknownSize ? null : file.BytesTotal, rate,
        file.Source is null ? "" : file.Connections > 1 ? $"{file.Source} x{file.Connections}" : file.Source);
}
