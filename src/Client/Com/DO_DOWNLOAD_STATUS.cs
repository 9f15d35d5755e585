using System.Runtime.InteropServices;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>How a download stands.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DO_DOWNLOAD_STATUS
{
    /// <summary>Wanted bytes.</summary>
    public ulong BytesTotal;

    /// <summary>Bytes that are here.</summary>
    public ulong BytesTransferred;

    /// <summary>The state.</summary>
    public DownloadState State;

    /// <summary>What stopped it, or 0.</summary>
    public int Error;

    /// <summary>What it waits for, or more about the error.</summary>
    public int ExtendedError;
}
