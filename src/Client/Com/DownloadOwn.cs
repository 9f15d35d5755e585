using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>The properties of a download that are about calls in this process, and end with it: no agent can hold them.</summary>
sealed unsafe class DownloadOwn
{
    const uint PercentMax = 100;

    readonly ComDownload _download;
    readonly AgentCalls _agent;
    uint? _percent;
    uint? _seconds;
    bool _isRegistered;

    public DownloadOwn(ComDownload download, AgentCalls agent)
    {
        (_download, _agent) = (download, agent);
        Line = new StatusLine(download, Shown);
    }

    /// <summary>What is told to the client's callback.</summary>
    public StatusLine Line { get; }

    /// <summary>Brings the bytes to the client's stream, or null.</summary>
    public StreamFeed? Feed { get; private set; }

    /// <summary>Whether a start returns at the end only; null if nobody said.</summary>
    public bool? IsBlocking { get; private set; }

    /// <summary>A status with the stream in it.</summary>
    /// <remarks>A download is Transferred when the stream has all, and a stream that failed has paused it.</remarks>
    public DownloadStatus Shown(DownloadStatus status)
    {
        if (Feed?.Front is not { IsWhole: false } front || status.State is DownloadState.Finalized or DownloadState.Aborted)
            return status;
        var given = Math.Min(status.BytesTransferred, (ulong)front.GivenBytes);
        if (front.Failure.Failed)
            return status with { State = DownloadState.Paused, Error = front.Failure, ExtendedError = S_OK, BytesTransferred = given };
        return status with { State = status.State == DownloadState.Transferred ? DownloadState.Transferring : status.State, BytesTransferred = given };
    }

    /// <summary>Reads one.</summary>
    public HResult Get(DownloadProperty property, ComVariant* value)
    {
        var found = property switch
        {
            DownloadProperty.CallbackFreqPercent => Number(_percent),
            DownloadProperty.CallbackFreqSeconds => Number(_seconds),
            DownloadProperty.BlockingMode => IsBlocking is { } flag ? Variants.OfFlag(flag) : null,
            DownloadProperty.CallbackInterface => Unknown(Line.Callback),
            _ => Unknown(Feed?.Stream),
        };
        *value = found ?? default;
        return found is null ? E_NOT_SET : S_OK;
    }

    static ComVariant? Number(uint? value) => value is { } set ? Variants.OfNumber(set) : null;

    static ComVariant? Unknown(ClientObject? held)
    {
        var instance = held is null ? null : held.Object();
        return instance is null ? null : Variants.OfUnknown(instance);
    }

    /// <summary>Sets one, in a state that allows it.</summary>
    /// <param name="property">Which.</param>
    /// <param name="value">To what.</param>
    /// <param name="now">How the download is doing.</param>
    public HResult Set(DownloadProperty property, in ComVariant value, DownloadStatus now)
    {
        switch (property)
        {
            case DownloadProperty.CallbackFreqPercent when Variants.Number(value) is { } percent and <= PercentMax:
                _percent = percent;
                Line.Pace(pace => pace.Percent = percent);
                return S_OK;
            case DownloadProperty.CallbackFreqSeconds when Variants.Number(value) is { } seconds:
                _seconds = seconds;
                Line.Pace(pace => pace.Seconds = seconds);
                return S_OK;
            case DownloadProperty.BlockingMode when Variants.Flag(value) is { } flag:
                IsBlocking = flag;
                return S_OK;
            case DownloadProperty.CallbackInterface when Variants.IsUnknown(value, out var callback):
                return SetCallback(callback, now);
            case DownloadProperty.StreamInterface when Variants.IsUnknown(value, out var stream):
                return SetStream(stream);
            default:
                return E_INVALIDARG;
        }
    }

    HResult SetCallback(void* callback, DownloadStatus now)
    {
        if (callback is null)
        {
            Line.Set(null);
            return S_OK;
        }
        var code = ClientStatusCallback.Take(callback, out var taken);
        if (taken is null)
            return code;
        Line.Set(taken);
        if (!_isRegistered && _agent.SetCallback(_download.Id, (notification, _) => Task.FromResult(_download.Heard(notification)), Ended) is { } failure)
        {
            Line.Set(null);
            return failure.Code;
        }
        _isRegistered = true;
        // Whoever comes late is told where it is.
        if (now.State != DownloadState.Created)
            _download.Changed();
        return S_OK;
    }

    void Ended()
    {
        _isRegistered = false;
        // An end that the agent came to while it was away was not told yet.
        _download.Changed();
        Line.Close();
    }

    HResult SetStream(void* stream)
    {
        if (stream is null)
        {
            LetGoOfStream();
            return S_OK;
        }
        var path = _agent.Downloads.Get(_download.Id, DownloadProperty.LocalPath);
        if (path.Code != E_NOT_SET)
            return path.Succeeded ? DO_E_FILE_DOWNLOADSINK_ALREADY_SET : path.Code;
        var code = ClientStream.Take(stream, out var taken);
        if (taken is null)
            return code;
        LetGoOfStream();
        Feed = new StreamFeed(_download, taken);
        _agent.Downloads.Objects.Keep(_download);
        return S_OK;
    }

    void LetGoOfStream()
    {
        Feed?.End();
        Feed = null;
        _agent.Downloads.Objects.LetGo(_download);
    }

    /// <summary>The download is Finalized or Aborted.</summary>
    public void End()
    {
        Feed?.End();
        _agent.Downloads.Objects.LetGo(_download);
    }
}
