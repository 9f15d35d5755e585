using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>A run of bytes of a remote file.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BG_FILE_RANGE
{
    /// <summary>The first byte, counted from 0.</summary>
    public ulong InitialOffset;

    /// <summary>How many; all ones stands for all that follow.</summary>
    public ulong Length;
}
