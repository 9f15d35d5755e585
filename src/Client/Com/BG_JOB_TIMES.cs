using System.Runtime.InteropServices;

namespace Haul.Client.Com;

/// <summary>When a job was made, changed and finished.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BG_JOB_TIMES
{
    /// <summary>When it was made.</summary>
    public FILETIME CreationTime;

    /// <summary>When it changed last.</summary>
    public FILETIME ModificationTime;

    /// <summary>When all files were here; 0 before.</summary>
    public FILETIME TransferCompletionTime;
}
