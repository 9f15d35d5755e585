using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Cli.Publishing;

/// <summary>A file to be published.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path below what is published, with slashes.</param>
sealed record PublishedFile(string Path, string Name)
{
    /// <summary>Where its manifest goes.</summary>
    public string ManifestPath => Path + Sidecar.Ending;

    /// <summary>Where its Metalink goes.</summary>
    public string MetalinkPath => Path + Metalink;

    /// <summary>What a Metalink's name has more than the file's.</summary>
    public const string Metalink = ".meta4";
}

/// <summary>Finds the files to publish: those that were named, and all below directories that were.</summary>
static class PublishedFiles
{
    /// <summary>The files, by name; manifests of earlier runs are left out, and so are links, which could lead anywhere.</summary>
    public static Outcome<IReadOnlyList<PublishedFile>> Find(IEnumerable<string> named)
    {
        var found = new List<PublishedFile>();
        foreach (var one in named)
        {
            var path = Path.GetFullPath(one);
            try
            {
                if (File.Exists(path))
                    found.Add(new PublishedFile(path, Path.GetFileName(path)));
                else if (Directory.Exists(path))
                    found.AddRange(Below(path));
                else
                    return new Failure(ERROR_FILE_NOT_FOUND, $"There is no file or directory {one}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Failure(E_ACCESSDENIED, $"{one} cannot be read: {e.Message}");
            }
        }
        return found.Find(file => file.Name.Length > ManifestSeal.NameMax) is { } long_
            ? new Failure(ERROR_FILENAME_EXCED_RANGE, $"{long_.Path} has a name of {long_.Name.Length} characters, and {ManifestSeal.NameMax} are allowed")
            : found;
    }

    static IEnumerable<PublishedFile> Below(string directory)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        return Directory.EnumerateFiles(directory, "*", all)
            .Where(path => !path.EndsWith(Sidecar.Ending, StringComparison.Ordinal) && !path.EndsWith(PublishedFile.Metalink, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new PublishedFile(path, Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/')));
    }
}
