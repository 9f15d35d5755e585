using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>What a client creates: the entry to its jobs.</summary>
[GeneratedComClass]
sealed unsafe partial class ComManager(AgentCalls agent) : LiveObject, IBackgroundCopyManager, IDOManager
{
    const uint AllUsers = 1;

    public int CreateJob(string? displayName, JobType type, Guid* id, void** job)
    {
        if (displayName is null || id is null || job is null)
            return E_INVALIDARG.Value;
        *id = default;
        *job = null;
        var made = agent.Create(new CreateJob { DisplayName = displayName, Type = type });
        if (!made.Succeeded)
            return made.Code.Value;
        *id = made.Value.Id;
        return Give.Object<IBackgroundCopyJob>(job, agent.JobOf(made.Value));
    }

    public int GetJob(Guid* id, void** job)
    {
        if (id is null || job is null)
            return E_INVALIDARG.Value;
        *job = null;
        var found = agent.Get(*id);
        if (!found.Succeeded)
            return found.Code.Value;
        // One that has ended is no longer there, but for those who hold it.
        return found.Value.State.IsFinal() ? DO_E_JOB_NOT_FOUND.Value : Give.Object<IBackgroundCopyJob>(job, agent.JobOf(found.Value));
    }

    public int EnumJobs(uint flags, void** jobs)
    {
        if (jobs is null || (flags & ~AllUsers) != 0)
            return E_INVALIDARG.Value;
        *jobs = null;
        var found = agent.List(flags == AllUsers);
        return found.Succeeded
            ? Give.Object<IEnumBackgroundCopyJobs>(jobs, new ComJobList(new Cursor<ComJob>([.. found.Value.Select(agent.JobOf)])))
            : found.Code.Value;
    }

    public int GetErrorDescription(int code, uint languageId, char** text) =>
        Give.Text(text, TextOf(new HResult(code)) ?? $"Nothing is known about the code {new HResult(code).Hex}.", languageId);

    public int CreateDownload(void** download)
    {
        if (download is null)
            return E_INVALIDARG.Value;
        *download = null;
        var made = agent.Downloads.Create();
        return made.Succeeded ? Give.Object<IDODownload>(download, agent.DownloadOf(made.Value)) : made.Code.Value;
    }

    public int EnumDownloads(DO_DOWNLOAD_ENUM_CATEGORY* category, void** downloads)
    {
        if (downloads is null || (category is not null && category->Value is null))
            return E_INVALIDARG.Value;
        *downloads = null;
        var found = category is null ? agent.Downloads.List(null, null) : agent.Downloads.List(category->Property, new string(category->Value));
        return found.Succeeded
            ? Give.Object<IEnumUnknown>(downloads, new ComDownloadList(new Cursor<ComDownload>([.. found.Value.Select(agent.DownloadOf)])))
            : found.Code.Value;
    }
}
