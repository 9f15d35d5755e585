namespace Haul.Engine.Uploads;

/// <summary>The numbers of what is kept.</summary>
static class KeepLimits
{
    /// <summary>Files of kept contents that are open at a time: few peers take from few contents at once, and other files need handles, too.</summary>
    public const int OpenMax = 64;

    /// <summary>A file that nobody took from for so long is closed.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked whether files changed and what has to go.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMinutes(1);

    /// <summary>Of the free bytes of the disk, those that one copy may take.</summary>
    public const double CopyShareMax = 0.5;
}
