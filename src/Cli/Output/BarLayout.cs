namespace Haul.Cli.Output;

/// <summary>How a row of bars is shared out over a terminal's width: what matters least goes first.</summary>
/// <param name="Name">Cells for the name.</param>
/// <param name="Bar">Cells for the bar; 0 for none.</param>
/// <param name="Bytes">Cells for the bytes; 0 for none.</param>
/// <param name="Rate">Cells for the rate; 0 for none.</param>
/// <param name="Remaining">Cells for the time left; 0 for none.</param>
/// <param name="Source">Cells for source and connections; 0 for none.</param>
readonly record struct BarLayout(int Name, int Bar, int Bytes, int Rate, int Remaining, int Source)
{
    /// <summary>100 % and a blank before it.</summary>
    public const int Percent = 5;

    const int NameMin = 8;
    const int NameMax = 40;
    const int BarMax = 40;

    /// <summary>The layout for a width in cells. The last column stays free: some terminals wrap when it is written.</summary>
    public static BarLayout Of(int width)
    {
        var left = Math.Max(width - 1 - Percent - NameMin, 0);
        var rate = Take(ref left, 11, isWanted: true);
        var bar = Take(ref left, 11, isWanted: true);
        var remaining = Take(ref left, 9, isWanted: true);
        var bytes = Take(ref left, 20, isWanted: true);
        var source = Take(ref left, 26, isWanted: left >= 36);
        var wider = Math.Min(left, NameMax - NameMin);
        var name = NameMin + wider / 2 + wider % 2;
        left -= name - NameMin;
        if (bar > 0)
        {
            var more = Math.Min(left, BarMax - bar);
            bar += more;
            left -= more;
        }
        return new BarLayout(name + Math.Min(left, NameMax - name), bar, bytes, rate, remaining, source);
    }

    static int Take(ref int left, int cells, bool isWanted)
    {
        if (!isWanted || left < cells)
            return 0;
        left -= cells;
        return cells;
    }
}
