using Haul.Protocol.Contract;

namespace Haul.Cli.Arguments;

/// <summary>One wanted file as a list or the command line names it.</summary>
/// <param name="Url">The remote name.</param>
/// <param name="Name">A path below the directory, or null for the URL's own name.</param>
sealed record WantedFile(string Url, string? Name = null);

/// <summary>A list of files: a URL in each line, or a URL, a tab and a name. Empty lines and lines that begin with # are nothing.</summary>
static class FileList
{
    public static Outcome<IReadOnlyList<WantedFile>> Parse(TextReader text, string source)
    {
        var files = new List<WantedFile>();
        var number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
                continue;
            var parts = line.Split('\t');
            var name = parts.Length > 1 ? parts[1].Trim() : null;
            if (parts.Length > 2)
                return Bad($"{source}, line {number}: one tab at most, between the URL and the name");
            if (name is not null && !StaysBelow(name))
                return Bad($"{source}, line {number}: '{name}' is not the path of a file below the directory");
            files.Add(new WantedFile(parts[0].Trim(), name));
        }
        return files;
    }

    // A list may come from elsewhere: it names files below the directory and nowhere else.
    static bool StaysBelow(string name) =>
        name.Length > 0 && !Path.IsPathRooted(name) && !name.Contains('\0', StringComparison.Ordinal)
        && Array.TrueForAll(name.Split('/', Path.DirectorySeparatorChar), part => part is not ("" or "." or ".."));

    static Failure Bad(string text) => new(HResults.E_INVALIDARG, text);
}
