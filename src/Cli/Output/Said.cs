using System.Globalization;

namespace Haul.Cli.Output;

/// <summary>Sizes, rates and times as people read them; text that cannot steer a terminal.</summary>
static class Said
{
    static readonly string[] _units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Three digits and a decimal unit: 1.21 GB.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        // 999.5 would be shown as 1000: it is 1.00 of the next unit.
        while (bytes >= 999.5 && unit < _units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }
        var format = unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00";
        return $"{bytes.ToString(format, CultureInfo.InvariantCulture)} {_units[unit]}";
    }

    public static string Rate(double bytesPerSecond) => $"{Bytes(bytesPerSecond)}/s";

    /// <summary>0.42 s, 12.3 s, 3:05, 1:02:03, 2 d 03:04.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.995 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => time.ToString("m':'ss", CultureInfo.InvariantCulture),
        { TotalDays: < 1 } => time.ToString("h':'mm':'ss", CultureInfo.InvariantCulture),
        _ => time.ToString("d' d 'hh':'mm", CultureInfo.InvariantCulture),
    };

    /// <summary>Percent, rounded down: 100 % is said of what is whole.</summary>
    public static int Percent(ulong part, ulong whole) => whole == 0 ? 100 : (int)(part * 100.0 / whole);

    /// <summary>The text with every control character as a question mark: names and servers' words are other people's text.</summary>
    public static string Plain(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0
            ? text
            : string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
