using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>The value of a job's property: one of several kinds, in the same 16 bytes.</summary>
/// <remarks>Two integers and not an explicit layout, so that it is passed by value as C passes the union, on every machine.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct BITS_JOB_PROPERTY_VALUE
{
    ulong _low;
    ulong _high;

    /// <summary>As a number of 32 bits.</summary>
    public uint Dword
    {
        readonly get => (uint)_low;
        set => (_low, _high) = (value, 0);
    }

    /// <summary>As a class id.</summary>
    public Guid ClsID
    {
        readonly get => Unsafe.BitCast<(ulong, ulong), Guid>((_low, _high));
        set => (_low, _high) = Unsafe.BitCast<Guid, (ulong, ulong)>(value);
    }
}
