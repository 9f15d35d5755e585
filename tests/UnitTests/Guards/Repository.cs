using System.Diagnostics;

namespace Haul.UnitTests.Guards;

/// <summary>The checkout that these tests were built from, as files to read.</summary>
static class Repository
{
    // What tools make or fetch; none of it is committed.
    static readonly string[] _madeFolders = [".git", ".vs", ".idea", "artifacts", "bin", "obj", "node_modules"];

    static readonly string[] _textEndings =
        [".cs", ".md", ".csproj", ".props", ".slnx", ".json", ".yml", ".sh", ".txt", ".h", ".c", ".cpp", ".py", ".conf", ".service", ".js", ".html", ".css", ""];

    /// <summary>The folder of Haul.slnx, found by walking up from the test program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every text file, relative to the root and with '/' between the parts.</summary>
    public static IReadOnlyList<string> TextFiles { get; } =
        [.. Walk(Root).Where(path => _textEndings.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal)];

    /// <summary>Every C# file, parsed once for all tests; samples are programs in one file and have rules of their own.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. TextFiles.Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.StartsWith("samples/", StringComparison.Ordinal)).Select(path => new SourceFile(path, Read(path)))];

    /// <summary>The pages that people read: those at the root and those under docs.</summary>
    public static IReadOnlyList<string> Pages { get; } =
        [.. TextFiles.Where(path => path.EndsWith(".md", StringComparison.Ordinal) && (!path.Contains('/', StringComparison.Ordinal) || path.StartsWith("docs/", StringComparison.Ordinal)))];

    public static string Read(string path) => File.ReadAllText(Full(path));

    public static string Full(string path) => Path.Combine(Root, path);

    /// <summary>Fails with one line per offence and, under them, what to do instead.</summary>
    public static void AssertNone(IEnumerable<string> offences, string instead)
    {
        var found = offences.Distinct().ToList();
        if (found.Count > 0)
            Assert.Fail($"{string.Join('\n', found)}\n--> {instead}");
    }

    static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            if (_madeFolders.Contains(Path.GetFileName(inner)) || inner == Path.Combine(Root, "bench", "work"))
                continue;
            foreach (var file in Walk(inner))
                yield return file;
        }
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Haul.slnx")))
                return folder.FullName;
        }
        throw new UnreachableException("No Haul.slnx above the test program: run the tests from a checkout.");
    }
}
