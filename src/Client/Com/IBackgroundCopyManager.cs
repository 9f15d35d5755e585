using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>Makes and finds jobs.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("5CE34C0D-0DC9-4C1F-897C-DAA1B78CEE7C")]
public unsafe partial interface IBackgroundCopyManager
{
    /// <summary>Makes a job, suspended and without files.</summary>
    [PreserveSig]
    int CreateJob(string? displayName, JobType type, Guid* id, void** job);

    /// <summary>Finds a job that is not final.</summary>
    [PreserveSig]
    int GetJob(Guid* id, void** job);

    /// <summary>Lists the caller's jobs (0), or with the flag 1 those of all users.</summary>
    [PreserveSig]
    int EnumJobs(uint flags, void** jobs);

    /// <summary>A line of text for a result code.</summary>
    [PreserveSig]
    int GetErrorDescription(int code, uint languageId, char** text);
}
