using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>How the bytes of a file came and went.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct DOSwarmStats
{
    /// <summary>The id it was added with; the receiver frees it.</summary>
    public char* FileId;

    /// <summary>The URL; the receiver frees it.</summary>
    public char* SourceUrl;

    /// <summary>Its size; all ones while unknown.</summary>
    public ulong FileSize;

    /// <summary>Bytes that are here.</summary>
    public ulong TotalBytesDownloaded;

    /// <summary>Always 0.</summary>
    public ulong BytesFromLanPeers;

    /// <summary>Always 0.</summary>
    public ulong BytesFromGroupPeers;

    /// <summary>Always 0.</summary>
    public ulong BytesFromInternetPeers;

    /// <summary>Bytes from the origin.</summary>
    public ulong BytesFromHttp;

    /// <summary>Always 0.</summary>
    public ulong BytesFromDoinc;

    /// <summary>Always 0.</summary>
    public ulong BytesToLanPeers;

    /// <summary>Always 0.</summary>
    public ulong BytesToGroupPeers;

    /// <summary>Always 0.</summary>
    public ulong BytesToInternetPeers;

    /// <summary>Connections to the origin now.</summary>
    public uint HttpConnectionCount;

    /// <summary>Always 0.</summary>
    public uint DoincConnectionCount;

    /// <summary>Always 0.</summary>
    public uint LanConnectionCount;

    /// <summary>Always 0.</summary>
    public uint GroupConnectionCount;

    /// <summary>Always 0.</summary>
    public uint InternetConnectionCount;

    /// <summary>Milliseconds; 0, as nobody measures them.</summary>
    public uint DownloadDuration;

    /// <summary>Always Simple.</summary>
    public DownloadMode DownloadMode;

    /// <summary>What it does now.</summary>
    public SwarmStatus Status;

    /// <summary>Not 0 for a job that is not in the foreground.</summary>
    public int IsBackground;
}
