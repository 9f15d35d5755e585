namespace Haul.Cli.Publishing;

/// <summary>The manifest that lies beside what it is about.</summary>
static class Sidecar
{
    /// <summary>What its name has more than the file's.</summary>
    public const string Ending = ".haul";

    /// <summary>Where the manifest of a content is: beside it, whatever its query says.</summary>
    public static string UrlOf(string content)
    {
        var end = content.AsSpan().IndexOfAny('?', '#');
        return (end < 0 ? content : content[..end]) + Ending;
    }
}
