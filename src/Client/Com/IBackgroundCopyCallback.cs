using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>What a client implements to be told of a job. Objects passed in are borrowed for the call.</summary>
[GeneratedComInterface]
[Guid("97EA99C7-0186-4AD4-8DF9-C5B4E0ED6B22")]
public unsafe partial interface IBackgroundCopyCallback
{
    /// <summary>All files are here.</summary>
    [PreserveSig]
    int JobTransferred(void* job);

    /// <summary>The job went into an error.</summary>
    [PreserveSig]
    int JobError(void* job, void* error);

    /// <summary>Bytes, files, properties or state changed.</summary>
    [PreserveSig]
    int JobModification(void* job, uint reserved);
}

/// <summary>What a client implements to be told of single files too.</summary>
[GeneratedComInterface]
[Guid("659CDEAC-489E-11D9-A9CD-000D56965251")]
public unsafe partial interface IBackgroundCopyCallback2 : IBackgroundCopyCallback
{
    /// <summary>One file is here.</summary>
    [PreserveSig]
    int FileTransferred(void* job, void* file);
}
