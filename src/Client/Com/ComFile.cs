using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A file of a job as an object: one of the agent's, or one that waits for its target.</summary>
[GeneratedComClass]
sealed unsafe partial class ComFile(ComJob job, AgentCalls agent, SinklessFile? sinkless) : LiveObject, IBackgroundCopyFile5, IDeliveryOptimizationFile, IDeliveryOptimizationFile2, IFed
{
    int _index = -1;

    /// <summary>Its place in the agent's job; -1 while the agent does not have it.</summary>
    public int Index
    {
        get => Volatile.Read(ref _index);
        set => Volatile.Write(ref _index, value);
    }

    /// <summary>What was set of it while the agent did not have it.</summary>
    public SinklessFile? Sinkless => sinkless;

    /// <summary>Brings its bytes to the client's stream, or null.</summary>
    public StreamFeed? Feed { get; private set; }

    /// <summary>The agent has it now: its bytes go to the client's stream, if it has one.</summary>
    public bool StartsStream()
    {
        Feed = sinkless?.Stream is { } stream ? new StreamFeed(this, stream) : null;
        return Feed is not null;
    }

    /// <summary>Nothing more goes to the client's stream.</summary>
    public void LetGoOfStream()
    {
        Feed?.End();
        sinkless?.LetGoOfStream();
    }

    Outcome<Stream> IFed.OpenContent(CancellationToken cancel) => agent.OpenContent(job.Id, Index, cancel);

    bool IFed.Tell(HResult code)
    {
        var told = agent.Take(job.Id, Index, code);
        // Where the job has ended by another's hand, this tells it.
        if (told.Succeeded || told.Code != DO_E_NO_SERVICE)
            job.Now();
        return told.Succeeded || told.Code != DO_E_NO_SERVICE;
    }

    /// <summary>The file as it is now. One of a job that the agent has forgotten since it ended is as it ended.</summary>
    public Outcome<FileSnapshot> Now()
    {
        if (Index < 0)
            return sinkless!.Snapshot();
        var now = agent.File(job.Id, Index);
        return now.Code == DO_E_JOB_NOT_FOUND && job.RememberedFile(Index) is { } last ? last : now;
    }

    public int GetRemoteName(char** name) => TellText(name, static file => file.RemoteName);

    public int GetLocalName(char** name) => TellText(name, static file => file.IsToStream ? "" : file.LocalName);

    public int GetProgress(BG_FILE_PROGRESS* progress) => Tell(progress, static file => new BG_FILE_PROGRESS
    {
        BytesTotal = file.BytesTotal,
        BytesTransferred = file.BytesTransferred,
        Completed = file.IsCompleted ? 1 : 0,
    });

    public int GetFileRanges(uint* count, BG_FILE_RANGE** ranges)
    {
        if (count is null || ranges is null)
            return E_INVALIDARG.Value;
        *count = 0;
        *ranges = null;
        var file = Now();
        if (!file.Succeeded)
            return file.Code.Value;
        var wanted = file.Value.Ranges;
        if (wanted.Count == 0)
            return S_FALSE.Value;
        *ranges = (BG_FILE_RANGE*)Marshal.AllocCoTaskMem(wanted.Count * sizeof(BG_FILE_RANGE));
        for (var i = 0; i < wanted.Count; i++)
            (*ranges)[i] = new BG_FILE_RANGE { InitialOffset = wanted[i].Offset, Length = wanted[i].Length };
        *count = (uint)wanted.Count;
        return 0;
    }

    public int SetRemoteName(string? name)
    {
        if (name is null || JobRules.RemoteName(name) is not null)
            return E_INVALIDARG.Value;
        if (Index >= 0)
            return Give.Code(agent.SetRemoteName(job.Id, Index, name));
        sinkless!.RemoteName = name;
        return 0;
    }

    public int GetTemporaryName(char** name)
    {
        if (name is null)
            return E_INVALIDARG.Value;
        *name = null;
        var file = Now();
        if (!file.Succeeded)
            return file.Code.Value;
        return file.Value.TemporaryName is { } temporary ? Give.Text(name, temporary) : E_NOT_SET.Value;
    }

    public int SetValidationState(int isValid) => E_NOTIMPL.Value;

    public int GetValidationState(int* isValid) => Tell(isValid, static file => file.IsTransferred ? 1 : 0);

    public int IsDownloadedFromPeer(int* isFromPeer) => Give.Value(isFromPeer, 0);

    public int GetPeerDownloadStats(ulong* fromOrigin, ulong* fromPeers)
    {
        if (fromOrigin is null || fromPeers is null)
            return E_INVALIDARG.Value;
        *fromPeers = 0;
        return Tell(fromOrigin, static file => file.BytesTransferred);
    }

    public int SetProperty(FilePropertyId id, BITS_FILE_PROPERTY_VALUE value) =>
        (id == FilePropertyId.HttpResponseHeaders ? DO_E_READ_ONLY_PROPERTY : DO_E_UNKNOWN_PROPERTY_ID).Value;

    public int GetProperty(FilePropertyId id, BITS_FILE_PROPERTY_VALUE* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        value->String = null;
        return id == FilePropertyId.HttpResponseHeaders ? TellText(&value->String, static file => file.ResponseHeaders) : DO_E_UNKNOWN_PROPERTY_ID.Value;
    }

    public int GetStats(DOSwarmStats* stats)
    {
        if (stats is null)
            return E_INVALIDARG.Value;
        *stats = default;
        var file = Now();
        if (!file.Succeeded)
            return file.Code.Value;
        var whole = job.Now();
        if (!whole.Succeeded)
            return whole.Code.Value;
        *stats = Stats(file.Value, whole.Value);
        Give.Text(&stats->FileId, file.Value.FileId);
        Give.Text(&stats->SourceUrl, file.Value.RemoteName);
        return 0;
    }

    public int GetStatsAgain(DOSwarmStats* stats) => GetStats(stats);

    static DOSwarmStats Stats(FileSnapshot file, JobSnapshot job) => new()
    {
        FileSize = file.BytesTotal,
        TotalBytesDownloaded = file.BytesTransferred,
        BytesFromHttp = file.BytesTransferred,
        HttpConnectionCount = (uint)file.Connections,
        DownloadMode = DownloadMode.Simple,
        Status = file.IsTransferred ? SwarmStatus.Complete : job.State == JobState.Transferring ? SwarmStatus.Downloading : SwarmStatus.Paused,
        IsBackground = job.Priority == JobPriority.Foreground ? 0 : 1,
    };

    public int GetProperty(DOFilePropertyId id, ComVariant* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        *value = default;
        switch (id)
        {
            case DOFilePropertyId.DecryptionInfo or DOFilePropertyId.IntegrityCheckInfo:
                return DO_E_WRITE_ONLY_PROPERTY.Value;
            case DOFilePropertyId.IntegrityCheckMandatory when sinkless?.IsIntegrityMandatory is { } flag:
                *value = Variants.OfFlag(flag);
                return 0;
            case DOFilePropertyId.DownloadSinkFilePath or DOFilePropertyId.TotalSizeBytes:
                return GetKnown(id, value);
            case DOFilePropertyId.DownloadSinkInterface:
                return TellStream(value).Value;
            case DOFilePropertyId.IntegrityCheckMandatory or DOFilePropertyId.DownloadSinkMemoryStream:
                return E_NOT_SET.Value;
            default:
                return DO_E_UNKNOWN_PROPERTY_ID.Value;
        }
    }

    HResult TellStream(ComVariant* value)
    {
        var held = sinkless?.Stream is { } stream ? stream.Object() : null;
        if (held is null)
            return E_NOT_SET;
        *value = Variants.OfUnknown(held);
        return S_OK;
    }

    int GetKnown(DOFilePropertyId id, ComVariant* value)
    {
        var file = Now();
        if (!file.Succeeded)
            return file.Code.Value;
        if (id == DOFilePropertyId.DownloadSinkFilePath && file.Value is { IsToStream: false, LocalName.Length: > 0 })
            *value = Variants.OfText(file.Value.LocalName);
        else if (id == DOFilePropertyId.TotalSizeBytes && (Index < 0 ? sinkless!.Size ?? ByteRange.UnknownSize : file.Value.BytesTotal) is not ByteRange.UnknownSize and var size)
            *value = Variants.OfSize(size);
        else
            return E_NOT_SET.Value;
        return 0;
    }

    public int SetProperty(DOFilePropertyId id, ComVariant* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        if (!Enum.IsDefined(id))
            return DO_E_UNKNOWN_PROPERTY_ID.Value;
        var now = job.Now();
        if (!now.Succeeded)
            return now.Code.Value;
        // What the agent has of a file is fixed; a target is given before that.
        return (Index >= 0 || now.Value.State != JobState.Suspended ? DO_E_INVALID_STATE : sinkless!.Set(id, in *value)).Value;
    }

    int Tell<T>(T* to, Func<FileSnapshot, T> what)
        where T : unmanaged
    {
        if (to is null)
            return E_INVALIDARG.Value;
        var file = Now();
        return file.Succeeded ? Give.Value(to, what(file.Value)) : file.Code.Value;
    }

    int TellText(char** to, Func<FileSnapshot, string?> what)
    {
        if (to is null)
            return E_INVALIDARG.Value;
        *to = null;
        var file = Now();
        return file.Succeeded ? Give.Text(to, what(file.Value)) : file.Code.Value;
    }
}
