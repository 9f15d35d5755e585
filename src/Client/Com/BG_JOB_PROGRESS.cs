using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>How far a job is.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BG_JOB_PROGRESS
{
    /// <summary>Wanted bytes; all ones while one size is unknown.</summary>
    public ulong BytesTotal;

    /// <summary>Bytes that are here.</summary>
    public ulong BytesTransferred;

    /// <summary>Files in the job.</summary>
    public uint FilesTotal;

    /// <summary>Files that are here in whole.</summary>
    public uint FilesTransferred;
}
