using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>The value of a file's property.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct BITS_FILE_PROPERTY_VALUE
{
    /// <summary>A text that its receiver frees.</summary>
    public char* String;
}
