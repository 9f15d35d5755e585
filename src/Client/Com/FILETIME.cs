using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>Tenths of a microsecond since 1601, in two halves.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FILETIME
{
    /// <summary>The low half.</summary>
    public uint LowDateTime;

    /// <summary>The high half.</summary>
    public uint HighDateTime;
}
