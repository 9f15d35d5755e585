using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Haul.Client.Com;

/// <summary>A file of a job.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("01B7BD23-FB88-4A77-8490-5891D3E4653A")]
public unsafe partial interface IBackgroundCopyFile
{
    /// <summary>The URL.</summary>
    [PreserveSig]
    int GetRemoteName(char** name);

    /// <summary>The path it is placed under.</summary>
    [PreserveSig]
    int GetLocalName(char** name);

    /// <summary>Bytes, and whether it is in place.</summary>
    [PreserveSig]
    int GetProgress(BG_FILE_PROGRESS* progress);
}

/// <summary>Ranges and another URL.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("83E81B93-0873-474D-8A8C-F2018B1A939C")]
public unsafe partial interface IBackgroundCopyFile2 : IBackgroundCopyFile
{
    /// <summary>The wanted ranges.</summary>
    [PreserveSig]
    int GetFileRanges(uint* count, BG_FILE_RANGE** ranges);

    /// <summary>Gives it another URL, which Resume makes permanent.</summary>
    [PreserveSig]
    int SetRemoteName(string? name);
}

/// <summary>Of BITS: the temporary file and what proves it.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("659CDEAA-489E-11D9-A9CD-000D56965251")]
public unsafe partial interface IBackgroundCopyFile3 : IBackgroundCopyFile2
{
    /// <summary>Where the bytes are until the file is placed.</summary>
    [PreserveSig]
    int GetTemporaryName(char** name);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetValidationState(int isValid);

    /// <summary>Whether the file is here and proved.</summary>
    [PreserveSig]
    int GetValidationState(int* isValid);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int IsDownloadedFromPeer(int* isFromPeer);
}

/// <summary>Of BITS: where the bytes came from.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("EF7E0655-7888-4960-B0E5-730846E03492")]
public unsafe partial interface IBackgroundCopyFile4 : IBackgroundCopyFile3
{
    /// <summary>Bytes from the origin and from others.</summary>
    [PreserveSig]
    int GetPeerDownloadStats(ulong* fromOrigin, ulong* fromPeers);
}

/// <summary>Properties of a file by number.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("85C1657F-DAFC-40E8-8834-DF18EA25717E")]
public unsafe partial interface IBackgroundCopyFile5 : IBackgroundCopyFile4
{
    /// <summary>Sets one.</summary>
    [PreserveSig]
    int SetProperty(FilePropertyId id, BITS_FILE_PROPERTY_VALUE value);

    /// <summary>Reads one.</summary>
    [PreserveSig]
    int GetProperty(FilePropertyId id, BITS_FILE_PROPERTY_VALUE* value);
}
