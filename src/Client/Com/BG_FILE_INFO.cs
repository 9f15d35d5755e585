using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>A file to add.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct BG_FILE_INFO
{
    /// <summary>The URL.</summary>
    public char* RemoteName;

    /// <summary>The full path.</summary>
    public char* LocalName;
}
