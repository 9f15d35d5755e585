using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>A job: files to download, with the state they are in.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("37668D37-507E-4160-9316-26306D150B12")]
public unsafe partial interface IBackgroundCopyJob
{
    /// <summary>Adds several files: all or none.</summary>
    [PreserveSig]
    int AddFileSet(uint count, BG_FILE_INFO* files);

    /// <summary>Adds a file.</summary>
    [PreserveSig]
    int AddFile(string? remoteUrl, string? localName);

    /// <summary>Lists the files that are in the job now.</summary>
    [PreserveSig]
    int EnumFiles(void** files);

    /// <summary>Pauses the job.</summary>
    [PreserveSig]
    int Suspend();

    /// <summary>Starts the job, or starts it again.</summary>
    [PreserveSig]
    int Resume();

    /// <summary>Ends the job and deletes what was fetched.</summary>
    [PreserveSig]
    int Cancel();

    /// <summary>Ends the job and puts finished files in place.</summary>
    [PreserveSig]
    int Complete();

    /// <summary>The job's id.</summary>
    [PreserveSig]
    int GetId(Guid* id);

    /// <summary>The job's type, always a download.</summary>
    [PreserveSig]
    int GetType(JobType* type);

    /// <summary>Bytes and files.</summary>
    [PreserveSig]
    int GetProgress(BG_JOB_PROGRESS* progress);

    /// <summary>When it was made, changed and finished.</summary>
    [PreserveSig]
    int GetTimes(BG_JOB_TIMES* times);

    /// <summary>The state.</summary>
    [PreserveSig]
    int GetState(JobState* state);

    /// <summary>Why it is in an error state.</summary>
    [PreserveSig]
    int GetError(void** error);

    /// <summary>The SID of the owner.</summary>
    [PreserveSig]
    int GetOwner(char** owner);

    /// <summary>Sets what the job is called.</summary>
    [PreserveSig]
    int SetDisplayName(string? name);

    /// <summary>What the job is called.</summary>
    [PreserveSig]
    int GetDisplayName(char** name);

    /// <summary>Sets the description.</summary>
    [PreserveSig]
    int SetDescription(string? text);

    /// <summary>The description.</summary>
    [PreserveSig]
    int GetDescription(char** text);

    /// <summary>Sets the priority.</summary>
    [PreserveSig]
    int SetPriority(JobPriority priority);

    /// <summary>The priority.</summary>
    [PreserveSig]
    int GetPriority(JobPriority* priority);

    /// <summary>Sets which callbacks are wanted.</summary>
    [PreserveSig]
    int SetNotifyFlags(uint flags);

    /// <summary>Which callbacks are wanted.</summary>
    [PreserveSig]
    int GetNotifyFlags(uint* flags);

    /// <summary>Sets the object that is called back; null removes it.</summary>
    [PreserveSig]
    int SetNotifyInterface(void* callback);

    /// <summary>The object that is called back, or null.</summary>
    [PreserveSig]
    int GetNotifyInterface(void** callback);

    /// <summary>Sets the least wait before a retry.</summary>
    [PreserveSig]
    int SetMinimumRetryDelay(uint seconds);

    /// <summary>The least wait before a retry.</summary>
    [PreserveSig]
    int GetMinimumRetryDelay(uint* seconds);

    /// <summary>Sets how long the job may go without a byte.</summary>
    [PreserveSig]
    int SetNoProgressTimeout(uint seconds);

    /// <summary>How long the job may go without a byte.</summary>
    [PreserveSig]
    int GetNoProgressTimeout(uint* seconds);

    /// <summary>How often it went into an error.</summary>
    [PreserveSig]
    int GetErrorCount(uint* count);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetProxySettings(int usage, string? proxies, string? bypass);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetProxySettings(int* usage, char** proxies, char** bypass);

    /// <summary>Makes the caller, an administrator, the owner.</summary>
    [PreserveSig]
    int TakeOwnership();
}

/// <summary>Of BITS: programs to start, replies and credentials.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("54B50739-686F-45EB-9DFF-D6A9A0FAA9AF")]
public unsafe partial interface IBackgroundCopyJob2 : IBackgroundCopyJob
{
    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetNotifyCmdLine(string? program, string? parameters);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetNotifyCmdLine(char** program, char** parameters);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetReplyProgress(BG_JOB_REPLY_PROGRESS* progress);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetReplyData(byte** buffer, ulong* length);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetReplyFileName(string? name);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetReplyFileName(char** name);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetCredentials(void* credentials);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int RemoveCredentials(int target, int scheme);
}

/// <summary>Of BITS: prefixes, ranges and access lists.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("443C8934-90FF-48ED-BCDE-26F5C7450042")]
public unsafe partial interface IBackgroundCopyJob3 : IBackgroundCopyJob2
{
    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int ReplaceRemotePrefix(string? oldPrefix, string? newPrefix);

    /// <summary>Adds a file of which ranges are wanted.</summary>
    [PreserveSig]
    int AddFileWithRanges(string? remoteUrl, string? localName, uint rangeCount, BG_FILE_RANGE* ranges);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetFileACLFlags(uint flags);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetFileACLFlags(uint* flags);
}

/// <summary>Of BITS: neighbours and the owner's rights.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("659CDEAE-489E-11D9-A9CD-000D56965251")]
public unsafe partial interface IBackgroundCopyJob4 : IBackgroundCopyJob3
{
    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetPeerCachingFlags(uint flags);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetPeerCachingFlags(uint* flags);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetOwnerIntegrityLevel(uint* level);

    /// <summary>Whether the owner is an administrator.</summary>
    [PreserveSig]
    int GetOwnerElevationState(int* isElevated);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int SetMaximumDownloadTime(uint seconds);

    /// <summary>Of BITS.</summary>
    [PreserveSig]
    int GetMaximumDownloadTime(uint* seconds);
}

/// <summary>Properties of a job by number.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Utf16)]
[Guid("E847030C-BBBA-4657-AF6D-484AA42BF1FE")]
public unsafe partial interface IBackgroundCopyJob5 : IBackgroundCopyJob4
{
    /// <summary>Sets one.</summary>
    [PreserveSig]
    int SetProperty(JobPropertyId id, BITS_JOB_PROPERTY_VALUE value);

    /// <summary>Reads one.</summary>
    [PreserveSig]
    int GetProperty(JobPropertyId id, BITS_JOB_PROPERTY_VALUE* value);
}
