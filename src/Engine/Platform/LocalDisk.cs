namespace Haul.Engine.Platform;

/// <summary>The choice of the disk that fits the system.</summary>
static class LocalDisk
{
    /// <summary>The disk of the machine this runs on.</summary>
    public static IDisk OfThisMachine(TimeProvider time) => OperatingSystem.IsWindows() ? new WindowsDisk() : new SystemDisk(time);
}
