using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>Which downloads are listed.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct DO_DOWNLOAD_ENUM_CATEGORY
{
    /// <summary>What is compared.</summary>
    public DODownloadProperty Property;

    /// <summary>With what.</summary>
    public char* Value;
}
