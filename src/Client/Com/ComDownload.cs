using System.Runtime.InteropServices.Marshalling;
using Haul.Engine.Downloads;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>A download of the agent as an object. What it holds itself is about calls in this process: callback, stream, and how Start returns.</summary>
[GeneratedComClass]
sealed unsafe partial class ComDownload : LiveObject, IDODownload, IFed
{
    readonly AgentDownloads _agent;
    readonly DownloadOwn _own;
    DownloadStatus _last;
    IReadOnlyList<ByteRange>? _ranges;

    public ComDownload(AgentCalls agent, DownloadStatus status)
    {
        (_agent, _last) = (agent.Downloads, status);
        _own = new DownloadOwn(this, agent);
    }

    ~ComDownload() => _agent.Objects.Forget(Id);

    public Guid Id => _last.Id;

    /// <summary>It was started at some time.</summary>
    public bool WasStarted => Volatile.Read(ref _last).State != DownloadState.Created;

    /// <summary>The download as it is now, its stream included. One that the agent has forgotten since it ended is as it ended.</summary>
    public Outcome<DownloadStatus> Now()
    {
        var heard = Ask();
        return heard.Succeeded ? _own.Shown(heard.Value) : heard;
    }

    /// <summary>The download as the agent has it now.</summary>
    Outcome<DownloadStatus> Ask()
    {
        var now = _agent.Status(Id);
        if (now.Succeeded)
            Learn(now.Value);
        return now.Succeeded ? now : now.Code == DO_E_JOB_NOT_FOUND && Volatile.Read(ref _last) is var last && IsFinal(last) ? last : now;
    }

    /// <summary>Takes note of the download's latest status.</summary>
    public void Learn(DownloadStatus status)
    {
        // Nothing comes after the end, though an answer may come late.
        if (!IsFinal(Volatile.Read(ref _last)))
            Volatile.Write(ref _last, status);
        if (IsFinal(status))
            _own.End();
    }

    /// <summary>The agent tells of a change.</summary>
    public HResult Heard(Notification notification)
    {
        var status = DownloadView.StatusOf(notification.Job, new DownloadFacet { WasStarted = WasStarted || notification.Job.State != JobState.Suspended });
        Learn(status);
        _own.Line.Add(status);
        return S_OK;
    }

    /// <summary>Something changed in this process.</summary>
    public void Changed()
    {
        if (Ask().Value is { } status)
            _own.Line.Add(status);
    }

    Outcome<Stream> IFed.OpenContent(CancellationToken cancel) => _agent.OpenContent(Id, cancel);

    bool IFed.Tell(HResult code)
    {
        if (code.Failed)
            _agent.Do(Id, "pause");
        Changed();
        return true;
    }

    public int Start(DO_DOWNLOAD_RANGES_INFO* ranges)
    {
        var asked = AskedOf(ranges);
        if (!asked.Succeeded)
            return asked.Code.Value;
        var started = _agent.Start(Id, asked.Value);
        if (!started.Succeeded)
            return CodeOf(started.Failure);
        var isOther = asked.Value.Ranges is { } now && _ranges is { } before && !before.SequenceEqual(now);
        _ranges = asked.Value.Ranges ?? _ranges;
        _own.Feed?.Begin(isOther);
        Learn(started.Value);
        _own.Line.Add(started.Value);
        return _own.IsBlocking == true ? Finished().Value : 0;
    }

    public int Pause() => Do("pause");

    public int Abort() => Do("abort");

    int IDODownload.Finalize()
    {
        // The agent may have all that the stream has not.
        if (_own.Feed is not null && Now().Value is { State: DownloadState.Transferring or DownloadState.Paused })
            return DO_E_INVALID_STATE.Value;
        return Do("finalize");
    }

    public int GetStatus(DO_DOWNLOAD_STATUS* status)
    {
        if (status is null)
            return E_INVALIDARG.Value;
        *status = default;
        var now = Now();
        return now.Succeeded ? Give.Value(status, StatusOf(now.Value)) : now.Code.Value;
    }

    public int GetProperty(DownloadProperty id, ComVariant* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        *value = default;
        if (DownloadProperties.Of(id) is not { } row)
            return DO_E_UNKNOWN_PROPERTY_ID.Value;
        if (!row.Access.HasFlag(DownloadAccess.Get))
            return DO_E_WRITE_ONLY_PROPERTY.Value;
        if (row.Home == DownloadHome.Client)
            return _own.Get(id, value).Value;
        var got = _agent.Get(Id, id);
        if (got.Succeeded)
            *value = Variants.Of(row.Kind, got.Value.Value);
        return got.Code.Value;
    }

    public int SetProperty(DownloadProperty id, ComVariant* value)
    {
        if (value is null)
            return E_INVALIDARG.Value;
        if (DownloadProperties.Of(id) is not { } row)
            return DO_E_UNKNOWN_PROPERTY_ID.Value;
        if (!row.Access.HasFlag(DownloadAccess.Set))
            return DO_E_READ_ONLY_PROPERTY.Value;
        if (row.Home == DownloadHome.Agent)
            return SetInAgent(row, in *value);
        var now = Now();
        if (!now.Succeeded)
            return now.Code.Value;
        return row.Settable.Holds(now.Value.State) ? _own.Set(id, in *value, now.Value).Value : DO_E_INVALID_STATE.Value;
    }

    int SetInAgent(DownloadPropertyRow row, in ComVariant value)
    {
        if (row.Id == DownloadProperty.LocalPath && _own.Feed is not null)
            return DO_E_FILE_DOWNLOADSINK_ALREADY_SET.Value;
        return Variants.As(row.Kind, value) is { } given ? Learned(_agent.Set(Id, row.Id, given)) : E_INVALIDARG.Value;
    }

    /// <summary>Waits until the download is done, has failed, was paused by someone, or has ended.</summary>
    /// <returns>S_OK when it is Transferred; its error; S_FALSE when it was paused; E_ABORT when it was aborted.</returns>
    HResult Finished()
    {
        var status = Now();
        while (status is { Succeeded: true, Value: var now } && GoesOn(now))
        {
            var next = _agent.Wait(Id, now.State);
            if (next.Code == DO_E_NO_MORE_CONNECTIONS)
                Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System).GetAwaiter().GetResult();
            else if (!next.Succeeded)
                return next.Code;
            // The agent has all: what is left is the stream's time.
            if (next.Value?.State == DownloadState.Transferred)
                _own.Feed?.Wait();
            status = Now();
        }
        if (!status.Succeeded)
            return status.Code;
        return status.Value.State switch
        {
            DownloadState.Transferred or DownloadState.Finalized => S_OK,
            DownloadState.Aborted => E_ABORT,
            _ => status.Value.Error.Failed ? status.Value.Error : S_FALSE,
        };
    }

    static bool GoesOn(DownloadStatus now) =>
        now.State == DownloadState.Transferring || (now is { State: DownloadState.Paused, Error.Succeeded: true } && now.ExtendedError.IsTransient);

    int Do(string verb) => Learned(_agent.Do(Id, verb));

    int Learned(Outcome<DownloadStatus> answer)
    {
        if (!answer.Succeeded)
            return CodeOf(answer.Failure);
        Learn(answer.Value);
        return 0;
    }

    /// <summary>What the agent has forgotten since it ended is in a final state.</summary>
    int CodeOf(Failure failure) => (failure.Code == DO_E_JOB_NOT_FOUND && IsFinal(Volatile.Read(ref _last)) ? DO_E_INVALID_STATE : failure.Code).Value;

    static bool IsFinal(DownloadStatus status) => status.State is DownloadState.Finalized or DownloadState.Aborted;

    /// <summary>A start in the agent's words.</summary>
    Outcome<StartDownload> AskedOf(DO_DOWNLOAD_RANGES_INFO* ranges)
    {
        var asked = new StartDownload();
        if (ranges is not null)
        {
            var wanted = JobFiles.Ranges(ranges->RangeCount, (BG_FILE_RANGE*)&ranges->FirstRange);
            if (!wanted.Succeeded)
                return wanted.Failure;
            asked = asked with { Ranges = wanted.Value };
        }
        if (_own.Feed is null)
            return asked;
        var sink = SinkDirectory.Make();
        return sink.Succeeded ? asked with { SinkDirectory = sink.Value } : sink.Failure;
    }

    /// <summary>A status as it is laid out for clients.</summary>
    public static DO_DOWNLOAD_STATUS StatusOf(DownloadStatus status) => new()
    {
        BytesTotal = status.BytesTotal,
        BytesTransferred = status.BytesTransferred,
        State = status.State,
        Error = status.Error.Value,
        ExtendedError = status.ExtendedError.Value,
    };
}
