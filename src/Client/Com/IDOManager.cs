using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>Makes and lists downloads of one resource each.</summary>
[GeneratedComInterface]
[Guid("400E2D4A-1431-4C1A-A748-39CA472CFDB1")]
public unsafe partial interface IDOManager
{
    /// <summary>Makes a download that is not started.</summary>
    [PreserveSig]
    int CreateDownload(void** download);

    /// <summary>Lists the caller's downloads; null stands for all.</summary>
    [PreserveSig]
    int EnumDownloads(DO_DOWNLOAD_ENUM_CATEGORY* category, void** downloads);
}
