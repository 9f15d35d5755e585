namespace Haul.Engine.Platform;

/// <summary>Where the checkpoints of this start of the system lie; those of other starts are worth nothing, and go.</summary>
static class CheckpointDirectory
{
    /// <summary>The directory's name in the state directory.</summary>
    public const string Name = "checkpoints";

    // Of a file that is gone, or of one that waited for so long: that is read again.
    static readonly TimeSpan _keep = TimeSpan.FromDays(30);

    /// <summary>Makes the directory, for its owner only, and clears it of what nobody wants; null where there can be none: then nothing of an
    /// earlier run is trusted unread.</summary>
    public static string? Open(string stateDirectory, DateTimeOffset now)
    {
        if (SystemStart.Id is not { } start)
            return null;
        var all = Path.Combine(stateDirectory, Name);
        var path = Path.Combine(all, start.ToString("N"));
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Clear(all, path, now);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // What cannot be removed is in nobody's way.
    static void Clear(string all, string path, DateTimeOffset now)
    {
        try
        {
            foreach (var other in Directory.EnumerateDirectories(all).Where(other => other != path).ToArray())
                Directory.Delete(other, recursive: true);
            foreach (var file in new DirectoryInfo(path).EnumerateFiles().Where(file => file.LastWriteTimeUtc + _keep < now.UtcDateTime).ToArray())
                file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }
}
