using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>The places that the files of a get will take.</summary>
static class GetTargets
{
    /// <summary>Refuses what stands in the way, before a byte is fetched or a directory made.</summary>
    public static Failure? Check(GetRequest request) => request.Files.Select(Check).FirstOrDefault(failure => failure is not null);

    static Failure? Check(AddFile file) =>
        !Path.Exists(file.LocalName) ? null
        : Directory.Exists(file.LocalName) ? new Failure(HResults.ERROR_DIRECTORY_NOT_SUPPORTED, $"{file.LocalName} is a directory; name a file with -o, or the directory with -d")
        : File.Exists(file.LocalName) && !file.Overwrite ? new Failure(HResults.ERROR_FILE_EXISTS, $"{file.LocalName} exists already; add --overwrite to replace it, or name another file with -o")
        : null;

    /// <summary>Makes the directories where the get is to make them.</summary>
    public static Failure? MakeDirectories(GetRequest request)
    {
        if (!request.MakesDirectories)
            return null;
        foreach (var directory in request.Files.Select(file => Path.GetDirectoryName(file.LocalName)!).Distinct(StringComparer.Ordinal))
        {
            try
            {
                Directory.CreateDirectory(directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Failure(HResults.E_ACCESSDENIED, $"The directory {directory} cannot be made: {e.Message}");
            }
        }
        return null;
    }
}
