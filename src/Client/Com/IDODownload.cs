using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>A download of one resource.</summary>
[GeneratedComInterface]
[Guid("FBBD7FC0-C147-4727-A38D-827EF071EE77")]
public unsafe partial interface IDODownload
{
    /// <summary>Starts it, or goes on; null keeps the ranges of an earlier start.</summary>
    [PreserveSig]
    int Start(DO_DOWNLOAD_RANGES_INFO* ranges);

    /// <summary>Pauses it.</summary>
    [PreserveSig]
    int Pause();

    /// <summary>Ends it and removes what was fetched.</summary>
    [PreserveSig]
    int Abort();

    /// <summary>Ends it and puts the file in place.</summary>
    [PreserveSig]
    int Finalize();

    /// <summary>Bytes, state and errors.</summary>
    [PreserveSig]
    int GetStatus(DO_DOWNLOAD_STATUS* status);

    /// <summary>Reads a property.</summary>
    [PreserveSig]
    int GetProperty(DownloadProperty id, ComVariant* value);

    /// <summary>Sets a property.</summary>
    [PreserveSig]
    int SetProperty(DownloadProperty id, ComVariant* value);
}

/// <summary>What a client implements to be told of a download.</summary>
[GeneratedComInterface]
[Guid("D166E8E3-A90E-4392-8E87-05E996D3747D")]
public unsafe partial interface IDODownloadStatusCallback
{
    /// <summary>The status changed. Both arguments are borrowed for the call.</summary>
    [PreserveSig]
    int OnStatusChange(void* download, DO_DOWNLOAD_STATUS* status);
}
