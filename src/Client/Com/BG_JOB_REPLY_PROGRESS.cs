using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>Of BITS: how far a reply is.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BG_JOB_REPLY_PROGRESS
{
    /// <summary>Of BITS.</summary>
    public ulong BytesTotal;

    /// <summary>Of BITS.</summary>
    public ulong BytesTransferred;
}
