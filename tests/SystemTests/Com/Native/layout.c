/* The contract's numbers, held against the header by the C compiler: slots of the tables of methods, and where fields lie. */
#include <deliveryoptimization.h>

#define SLOT(type, method, slot) _Static_assert(offsetof(type##Vtbl, method) == (slot) * sizeof(void *), #type "." #method)
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#define FIELD(type, field, at) _Static_assert(offsetof(type, field) == (at), #type "." #field)

SLOT(IBackgroundCopyManager, QueryInterface, 0); SLOT(IBackgroundCopyManager, AddRef, 1); SLOT(IBackgroundCopyManager, Release, 2);
SLOT(IBackgroundCopyManager, CreateJob, 3); SLOT(IBackgroundCopyManager, GetJob, 4); SLOT(IBackgroundCopyManager, EnumJobs, 5);
SLOT(IBackgroundCopyManager, GetErrorDescription, 6);
SLOT(IBackgroundCopyJob, AddFileSet, 3); SLOT(IBackgroundCopyJob, AddFile, 4); SLOT(IBackgroundCopyJob, EnumFiles, 5);
SLOT(IBackgroundCopyJob, Suspend, 6); SLOT(IBackgroundCopyJob, Resume, 7); SLOT(IBackgroundCopyJob, Cancel, 8); SLOT(IBackgroundCopyJob, Complete, 9);
SLOT(IBackgroundCopyJob, GetId, 10); SLOT(IBackgroundCopyJob, GetType, 11); SLOT(IBackgroundCopyJob, GetProgress, 12);
SLOT(IBackgroundCopyJob, GetTimes, 13); SLOT(IBackgroundCopyJob, GetState, 14); SLOT(IBackgroundCopyJob, GetError, 15);
SLOT(IBackgroundCopyJob, GetOwner, 16); SLOT(IBackgroundCopyJob, SetDisplayName, 17); SLOT(IBackgroundCopyJob, GetDisplayName, 18);
SLOT(IBackgroundCopyJob, SetDescription, 19); SLOT(IBackgroundCopyJob, GetDescription, 20); SLOT(IBackgroundCopyJob, SetPriority, 21);
SLOT(IBackgroundCopyJob, GetPriority, 22); SLOT(IBackgroundCopyJob, SetNotifyFlags, 23); SLOT(IBackgroundCopyJob, GetNotifyFlags, 24);
SLOT(IBackgroundCopyJob, SetNotifyInterface, 25); SLOT(IBackgroundCopyJob, GetNotifyInterface, 26);
SLOT(IBackgroundCopyJob, SetMinimumRetryDelay, 27); SLOT(IBackgroundCopyJob, GetMinimumRetryDelay, 28);
SLOT(IBackgroundCopyJob, SetNoProgressTimeout, 29); SLOT(IBackgroundCopyJob, GetNoProgressTimeout, 30); SLOT(IBackgroundCopyJob, GetErrorCount, 31);
SLOT(IBackgroundCopyJob, SetProxySettings, 32); SLOT(IBackgroundCopyJob, GetProxySettings, 33); SLOT(IBackgroundCopyJob, TakeOwnership, 34);
SLOT(IBackgroundCopyJob2, SetNotifyCmdLine, 35); SLOT(IBackgroundCopyJob2, RemoveCredentials, 42);
SLOT(IBackgroundCopyJob3, ReplaceRemotePrefix, 43); SLOT(IBackgroundCopyJob3, AddFileWithRanges, 44); SLOT(IBackgroundCopyJob3, GetFileACLFlags, 46);
SLOT(IBackgroundCopyJob4, SetPeerCachingFlags, 47); SLOT(IBackgroundCopyJob4, GetMaximumDownloadTime, 52);
SLOT(IBackgroundCopyJob5, SetProperty, 53); SLOT(IBackgroundCopyJob5, GetProperty, 54);
SIZE(IBackgroundCopyJob5Vtbl, 55 * sizeof(void *));
SLOT(IBackgroundCopyFile, GetRemoteName, 3); SLOT(IBackgroundCopyFile, GetLocalName, 4); SLOT(IBackgroundCopyFile, GetProgress, 5);
SLOT(IBackgroundCopyFile2, GetFileRanges, 6); SLOT(IBackgroundCopyFile2, SetRemoteName, 7); SLOT(IBackgroundCopyFile3, GetTemporaryName, 8);
SLOT(IBackgroundCopyFile3, IsDownloadedFromPeer, 11); SLOT(IBackgroundCopyFile4, GetPeerDownloadStats, 12);
SLOT(IBackgroundCopyFile5, SetProperty, 13); SLOT(IBackgroundCopyFile5, GetProperty, 14);
SLOT(IBackgroundCopyCallback, JobTransferred, 3); SLOT(IBackgroundCopyCallback, JobError, 4); SLOT(IBackgroundCopyCallback, JobModification, 5);
SLOT(IBackgroundCopyCallback2, FileTransferred, 6);
SLOT(IBackgroundCopyError, GetError, 3); SLOT(IBackgroundCopyError, GetFile, 4); SLOT(IBackgroundCopyError, GetErrorDescription, 5);
SLOT(IBackgroundCopyError, GetErrorContextDescription, 6); SLOT(IBackgroundCopyError, GetProtocol, 7);
SLOT(IEnumBackgroundCopyFiles, Next, 3); SLOT(IEnumBackgroundCopyFiles, Skip, 4); SLOT(IEnumBackgroundCopyFiles, Reset, 5);
SLOT(IEnumBackgroundCopyFiles, Clone, 6); SLOT(IEnumBackgroundCopyFiles, GetCount, 7);
SLOT(IEnumBackgroundCopyJobs, Next, 3); SLOT(IEnumBackgroundCopyJobs, GetCount, 7);
SLOT(IDeliveryOptimizationJob, AddFileWithRanges, 3);
SLOT(IDeliveryOptimizationJob2, AddFile, 3); SLOT(IDeliveryOptimizationJob2, GetProperty, 4); SLOT(IDeliveryOptimizationJob2, SetProperty, 5);
SLOT(IDeliveryOptimizationFile, GetStats, 3); SLOT(IDeliveryOptimizationFile, GetStatsAgain, 4);
SLOT(IDeliveryOptimizationFile2, GetProperty, 3); SLOT(IDeliveryOptimizationFile2, SetProperty, 4);
SLOT(IDOManager, CreateDownload, 3); SLOT(IDOManager, EnumDownloads, 4);
SLOT(IDODownload, Start, 3); SLOT(IDODownload, Pause, 4); SLOT(IDODownload, Abort, 5); SLOT(IDODownload, Finalize, 6);
SLOT(IDODownload, GetStatus, 7); SLOT(IDODownload, GetProperty, 8); SLOT(IDODownload, SetProperty, 9);
SLOT(IDODownloadStatusCallback, OnStatusChange, 3);
SLOT(IEnumUnknown, Next, 3); SLOT(IEnumUnknown, Clone, 6); SLOT(IStream, Read, 3); SLOT(IStream, Write, 4); SLOT(IStream, Seek, 5); SLOT(IStream, Clone, 13);
SLOT(IClassFactory, CreateInstance, 3); SLOT(IClassFactory, LockServer, 4);

SIZE(GUID, 16); SIZE(LONG, 4); SIZE(ULONG, 4); SIZE(BOOL, 4); SIZE(WCHAR, 2); SIZE(HRESULT, 4); SIZE(BG_JOB_STATE, 4);
SIZE(BG_FILE_PROGRESS, 24); SIZE(BG_FILE_RANGE, 16); SIZE(BG_FILE_INFO, 16); SIZE(BG_JOB_PROGRESS, 24); SIZE(BG_JOB_TIMES, 24);
SIZE(BITS_JOB_PROPERTY_VALUE, 16); SIZE(BITS_FILE_PROPERTY_VALUE, 8); SIZE(DOSwarmStats, 136); SIZE(DO_DOWNLOAD_RANGE, 16);
SIZE(DO_DOWNLOAD_RANGES_INFO, 24); SIZE(DO_DOWNLOAD_STATUS, 32); SIZE(DO_DOWNLOAD_ENUM_CATEGORY, 16); SIZE(VARIANT, 24);
FIELD(BG_FILE_PROGRESS, Completed, 16); FIELD(BG_JOB_PROGRESS, FilesTotal, 16); FIELD(BG_JOB_TIMES, TransferCompletionTime, 16);
FIELD(DOSwarmStats, fileSize, 16); FIELD(DOSwarmStats, httpConnectionCount, 96); FIELD(DOSwarmStats, downloadMode, 120);
FIELD(DOSwarmStats, isBackground, 128); FIELD(DO_DOWNLOAD_RANGES_INFO, Ranges, 8); FIELD(DO_DOWNLOAD_STATUS, State, 16);
FIELD(DO_DOWNLOAD_STATUS, Error, 20); FIELD(VARIANT, bstrVal, 8);

/* The library called through its bare tables, as any language would. */
int main(void)
{
    IBackgroundCopyManager *manager = NULL;
    IBackgroundCopyJob *job = NULL;
    GUID id, same;
    BG_JOB_STATE state = BG_JOB_STATE_QUEUED;
    if (DoCreateInstance(&CLSID_DeliveryOptimization, &IID_IBackgroundCopyManager, (void **)&manager) != S_OK)
        return 1;
    if (manager->lpVtbl->CreateJob(manager, u"c", BG_JOB_TYPE_DOWNLOAD, &id, &job) != S_OK)
        return 2;
    void **table = *(void ***)job;
    if (((HRESULT(*)(void *, GUID *))table[10])(job, &same) != S_OK || __builtin_memcmp(&id, &same, sizeof id) != 0)
        return 3;
    if (((HRESULT(*)(void *, BG_JOB_STATE *))table[14])(job, &state) != S_OK || state != BG_JOB_STATE_SUSPENDED)
        return 4;
    if (job->lpVtbl->Cancel(job) != S_OK || job->lpVtbl->GetState(job, &state) != S_OK || state != BG_JOB_STATE_CANCELLED)
        return 5;
    if (job->lpVtbl->Release(job) != 0 || manager->lpVtbl->Release(manager) != 0)
        return 6;
    return 0;
}
