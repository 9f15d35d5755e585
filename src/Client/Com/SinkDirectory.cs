using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>Where the agent keeps the bytes of downloads to streams until they are read: the user's own place for what can be had anew.</summary>
static class SinkDirectory
{
    /// <summary>The directory, made if it is not there.</summary>
    public static Outcome<string> Make()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named && Path.IsPathFullyQualified(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache");
        var directory = Path.Combine(cache, "haul", "streams");
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return directory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Failure(E_ACCESSDENIED, $"The bytes of a stream cannot be kept in {directory}: {e.Message}");
        }
    }
}
