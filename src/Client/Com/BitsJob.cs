using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>What stands in a job's table of methods for BITS and means nothing to Delivery Optimization.</summary>
/// <remarks>A getter tells what is true where anything is; a setter of what there is not is refused rather than forgotten.</remarks>
abstract unsafe class BitsJob : LiveObject
{
    const int ProxyPreconfigured = 0;

    /// <summary>The job as it is now.</summary>
    public abstract Outcome<JobSnapshot> Now();

    public int SetProxySettings(int usage, string? proxies, string? bypass) =>
        (usage == ProxyPreconfigured && proxies is null && bypass is null ? S_OK : E_NOTIMPL).Value;

    public int GetProxySettings(int* usage, char** proxies, char** bypass)
    {
        if (usage is null || proxies is null || bypass is null)
            return E_INVALIDARG.Value;
        *usage = ProxyPreconfigured;
        *proxies = *bypass = null;
        return 0;
    }

    public int SetNotifyCmdLine(string? program, string? parameters) => E_NOTIMPL.Value;

    public int GetNotifyCmdLine(char** program, char** parameters)
    {
        if (program is null || parameters is null)
            return E_INVALIDARG.Value;
        *program = *parameters = null;
        return 0;
    }

    public int GetReplyProgress(BG_JOB_REPLY_PROGRESS* progress) => E_NOTIMPL.Value;

    public int GetReplyData(byte** buffer, ulong* length) => E_NOTIMPL.Value;

    public int SetReplyFileName(string? name) => E_NOTIMPL.Value;

    public int GetReplyFileName(char** name) => E_NOTIMPL.Value;

    public int SetCredentials(void* credentials) => E_NOTIMPL.Value;

    public int RemoveCredentials(int target, int scheme) => E_NOTIMPL.Value;

    public int ReplaceRemotePrefix(string? oldPrefix, string? newPrefix) => E_NOTIMPL.Value;

    public int SetFileACLFlags(uint flags) => (flags == 0 ? S_OK : E_NOTIMPL).Value;

    public int GetFileACLFlags(uint* flags) => Give.Value(flags, 0u);

    public int SetPeerCachingFlags(uint flags) => (flags == 0 ? S_OK : E_NOTIMPL).Value;

    public int GetPeerCachingFlags(uint* flags) => Give.Value(flags, 0u);

    public int GetOwnerIntegrityLevel(uint* level) => E_NOTIMPL.Value;

    public int GetOwnerElevationState(int* isElevated)
    {
        if (isElevated is null)
            return E_INVALIDARG.Value;
        var job = Now();
        return job.Succeeded ? Give.Value(isElevated, job.Value.Owner.Uid == 0 ? 1 : 0) : job.Code.Value;
    }

    public int SetMaximumDownloadTime(uint seconds) => E_NOTIMPL.Value;

    public int GetMaximumDownloadTime(uint* seconds) => E_NOTIMPL.Value;
}
