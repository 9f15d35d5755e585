using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>Why a job was in an error state when it was asked for; its values stay.</summary>
[GeneratedComInterface]
[Guid("19C613A0-FCB8-4F28-81AE-897C3D078F81")]
public unsafe partial interface IBackgroundCopyError
{
    /// <summary>Where it comes from, and its code.</summary>
    [PreserveSig]
    int GetError(ErrorContext* context, int* code);

    /// <summary>The file it is tied to.</summary>
    [PreserveSig]
    int GetFile(void** file);

    /// <summary>A line of text about it.</summary>
    [PreserveSig]
    int GetErrorDescription(uint languageId, char** text);

    /// <summary>A line of text about where it comes from.</summary>
    [PreserveSig]
    int GetErrorContextDescription(uint languageId, char** text);

    /// <summary>The protocol of the file it is tied to.</summary>
    [PreserveSig]
    int GetProtocol(char** protocol);
}
