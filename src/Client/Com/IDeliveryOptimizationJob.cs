using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>Adds files with an id and ranges.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("EE2584CF-A69C-4848-B633-2649962B3EF7")]
public unsafe partial interface IDeliveryOptimizationJob
{
    /// <summary>Adds one file; no ranges stand for the whole file.</summary>
    [PreserveSig]
    int AddFileWithRanges(string? fileId, string? remoteUrl, string? localName, uint rangeCount, BG_FILE_RANGE* ranges, ulong fileSize);
}

/// <summary>Adds files whose target is a property.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("18995A26-BF59-4ABE-9F8B-D5092D5A2405")]
public unsafe partial interface IDeliveryOptimizationJob2
{
    /// <summary>Adds one file and gives it back.</summary>
    [PreserveSig]
    int AddFile(string? fileId, string? remoteUrl, uint rangeCount, BG_FILE_RANGE* ranges, Guid* iid, void** file);

    /// <summary>Reads a property.</summary>
    [PreserveSig]
    int GetProperty(DOJobPropertyId id, ComVariant* value);

    /// <summary>Sets a property, of which there is none.</summary>
    [PreserveSig]
    int SetProperty(DOJobPropertyId id, ComVariant* value);
}
