using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>Goes through the files that there were when it was made.</summary>
[GeneratedComInterface]
[Guid("CA51E165-C365-424C-8D41-24AAA4FF3C40")]
public unsafe partial interface IEnumBackgroundCopyFiles
{
    /// <summary>The next ones.</summary>
    [PreserveSig]
    int Next(uint count, void** files, uint* fetched);

    /// <summary>Leaves some out.</summary>
    [PreserveSig]
    int Skip(uint count);

    /// <summary>Goes back to the start.</summary>
    [PreserveSig]
    int Reset();

    /// <summary>Another one at the same place.</summary>
    [PreserveSig]
    int Clone(void** copy);

    /// <summary>How many there are.</summary>
    [PreserveSig]
    int GetCount(uint* count);
}
