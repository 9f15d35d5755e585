using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>Goes through the jobs that there were when it was made.</summary>
[GeneratedComInterface]
[Guid("1AF4F612-3B71-466F-8F58-7B6F73AC57AD")]
public unsafe partial interface IEnumBackgroundCopyJobs
{
    /// <summary>The next ones.</summary>
    [PreserveSig]
    int Next(uint count, void** jobs, uint* fetched);

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
