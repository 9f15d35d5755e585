using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>How the bytes of a file came. The same method stands in two slots: clients of either reading of the contract find it.</summary>
[GeneratedComInterface]
[Guid("B76B9699-E99E-4101-803F-A20E325D93E2")]
public unsafe partial interface IDeliveryOptimizationFile
{
    /// <summary>Fills in the statistics; the caller frees the two strings.</summary>
    [PreserveSig]
    int GetStats(DOSwarmStats* stats);

    /// <summary>The same in the next slot.</summary>
    [PreserveSig]
    int GetStatsAgain(DOSwarmStats* stats);
}

/// <summary>Properties of a file that was added without a local name.</summary>
[GeneratedComInterface]
[Guid("3A87296F-6EC2-4126-AB29-E3F8DC4CC390")]
public unsafe partial interface IDeliveryOptimizationFile2
{
    /// <summary>Reads one.</summary>
    [PreserveSig]
    int GetProperty(DOFilePropertyId id, ComVariant* value);

    /// <summary>Sets one, before the file has been resumed.</summary>
    [PreserveSig]
    int SetProperty(DOFilePropertyId id, ComVariant* value);
}
