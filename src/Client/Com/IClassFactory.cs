using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>COM's own interface for making objects of a class.</summary>
[GeneratedComInterface]
[Guid("00000001-0000-0000-C000-000000000046")]
public unsafe partial interface IClassFactory
{
    /// <summary>Makes an object; aggregation is not possible.</summary>
    [PreserveSig]
    int CreateInstance(void* outer, Guid* iid, void** instance);

    /// <summary>Keeps the library loaded, which it is anyway.</summary>
    [PreserveSig]
    int LockServer(int isLock);
}
