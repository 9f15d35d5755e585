using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>How far a file is.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BG_FILE_PROGRESS
{
    /// <summary>Wanted bytes; all ones while unknown.</summary>
    public ulong BytesTotal;

    /// <summary>Bytes that are here.</summary>
    public ulong BytesTransferred;

    /// <summary>Not 0 once the file stands under its local name.</summary>
    public int Completed;
}
