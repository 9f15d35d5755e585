namespace Haul.Tracker;

/// <summary>When files were written.</summary>
static class FileTimes
{
    /// <summary>When a file was written (UTC); the earliest time there is where it cannot be told: what could not be looked at differs from what was read.</summary>
    public static DateTime WrittenAt(string path)
    {
        try
        {
            return File.GetLastWriteTimeUtc(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.MinValue;
        }
    }
}
