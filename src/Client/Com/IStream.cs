using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>COM's own run of bytes.</summary>
[GeneratedComInterface]
[Guid("0C733A30-2A1C-11CE-ADE5-00AA0044773D")]
public unsafe partial interface ISequentialStream
{
    /// <summary>Reads.</summary>
    [PreserveSig]
    int Read(void* buffer, uint count, uint* read);

    /// <summary>Writes.</summary>
    [PreserveSig]
    int Write(void* buffer, uint count, uint* written);
}

/// <summary>COM's own stream; a download writes to it and does nothing else with it.</summary>
[GeneratedComInterface]
[Guid("0000000C-0000-0000-C000-000000000046")]
public unsafe partial interface IStream : ISequentialStream
{
    /// <summary>Moves the place.</summary>
    [PreserveSig]
    int Seek(long move, uint origin, ulong* position);

    /// <summary>Sets the length.</summary>
    [PreserveSig]
    int SetSize(ulong size);

    /// <summary>Copies to another.</summary>
    [PreserveSig]
    int CopyTo(void* stream, ulong count, ulong* read, ulong* written);

    /// <summary>Makes changes permanent.</summary>
    [PreserveSig]
    int Commit(uint flags);

    /// <summary>Drops changes.</summary>
    [PreserveSig]
    int Revert();

    /// <summary>Locks bytes.</summary>
    [PreserveSig]
    int LockRegion(ulong offset, ulong count, uint kind);

    /// <summary>Unlocks bytes.</summary>
    [PreserveSig]
    int UnlockRegion(ulong offset, ulong count, uint kind);

    /// <summary>Describes itself.</summary>
    [PreserveSig]
    int Stat(void* statistics, uint flags);

    /// <summary>Another one at the same place.</summary>
    [PreserveSig]
    int Clone(void** stream);
}
