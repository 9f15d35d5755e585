using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>COM's own list of objects.</summary>
[GeneratedComInterface]
[Guid("00000100-0000-0000-C000-000000000046")]
public unsafe partial interface IEnumUnknown
{
    /// <summary>The next ones.</summary>
    [PreserveSig]
    int Next(uint count, void** objects, uint* fetched);

    /// <summary>Leaves some out.</summary>
    [PreserveSig]
    int Skip(uint count);

    /// <summary>Goes back to the start.</summary>
    [PreserveSig]
    int Reset();

    /// <summary>Another one at the same place.</summary>
    [PreserveSig]
    int Clone(void** copy);
}
