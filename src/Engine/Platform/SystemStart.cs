namespace Haul.Engine.Platform;

/// <summary>Tells this start of the system from every other: what was written to a file since then is read from it, flushed or not.</summary>
static class SystemStart
{
    const string LinuxFile = "/proc/sys/kernel/random/boot_id"; // proc(5)

    /// <summary>A number that the system draws anew at each start; null where it tells none.</summary>
    public static Guid? Id
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() && Guid.TryParse(File.ReadAllText(LinuxFile), out var id) && id != Guid.Empty ? id : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
