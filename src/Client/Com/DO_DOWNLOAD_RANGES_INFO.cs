using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>Ranges: as many as the count says follow one another in memory.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DO_DOWNLOAD_RANGES_INFO
{
    /// <summary>How many.</summary>
    public uint RangeCount;

    /// <summary>The first of them.</summary>
    public DO_DOWNLOAD_RANGE FirstRange;
}
