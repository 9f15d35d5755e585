using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>A run of bytes of a download.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DO_DOWNLOAD_RANGE
{
    /// <summary>The first byte, counted from 0.</summary>
    public ulong Offset;

    /// <summary>How many; all ones stands for all that follow.</summary>
    public ulong Length;
}
