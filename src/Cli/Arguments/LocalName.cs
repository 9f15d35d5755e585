using System.Globalization;
using System.Text;

namespace Haul.Cli.Arguments;

/// <summary>The name that a file gets when only its URL is known.</summary>
static class LocalName
{
    public const string Nameless = "index.html";

    /// <summary>What file systems take for one name, in bytes.</summary>
    const int BytesMax = 255;

    /// <summary>The last part of the URL's path, without anything that would make it more or less than a plain name.</summary>
    public static string Of(Uri url)
    {
        var path = url.AbsolutePath;
        var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        var plain = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            plain.Append(IsPlain(rune) ? rune.ToString() : "_");
        name = Shorten(plain.ToString().Trim());
        return name is "" or "." or ".." ? Nameless : name;
    }

    // Format characters are refused because they make a name look like another one: RIGHT-TO-LEFT OVERRIDE.
    static bool IsPlain(Rune rune) =>
        rune.Value is not ('/' or '\\' or 0xFFFD)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && !(OperatingSystem.IsWindows() && rune.IsAscii && "<>:\"|?*".Contains((char)rune.Value, StringComparison.Ordinal));

    static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= BytesMax)
            return name;
        var ending = Path.GetExtension(name);
        var stem = name[..^ending.Length];
        if (Encoding.UTF8.GetByteCount(ending) > BytesMax / 2)
            (stem, ending) = (name, "");
        while (Encoding.UTF8.GetByteCount(stem) + Encoding.UTF8.GetByteCount(ending) > BytesMax)
            stem = stem[..^(stem.Length > 1 && char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
        return stem + ending;
    }
}
