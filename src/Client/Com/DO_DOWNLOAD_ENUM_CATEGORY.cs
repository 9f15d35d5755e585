using System.Runtime.InteropServices;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>Which downloads are listed.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct DO_DOWNLOAD_ENUM_CATEGORY
{
    /// <summary>What is compared.</summary>
    public DownloadProperty Property;

    /// <summary>With what.</summary>
    public char* Value;
}
