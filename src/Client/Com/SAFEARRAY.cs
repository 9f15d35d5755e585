using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>COM's array, of one dimension.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SAFEARRAY
{
    public ushort Dimensions;
    public ushort Features;
    public uint ElementBytes;
    public uint Locks;
    public void* Data;
    public uint Elements;
    public int LowerBound;
}
