using System.Runtime.InteropServices.Marshalling;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>The properties of a download that are about calls in this process, and end with it: no agent can hold them.</summary>
sealed unsafe class DownloadOwn(ComDownload download, AgentCalls agent)
{
    const uint PercentMax = 100;

    uint? _percent;
    uint? _seconds;
    bool _isRegistered;

    /// <summary>What is told to the client's callback.</summary>
    public StatusLine Line { get; } = new(download);

    /// <summary>Brings the bytes to the client's stream, or null.</summary>
    public StreamFeed? Feed { get; private set; }

    /// <summary>Whether a start returns at the end only; null if nobody said.</summary>
    public bool? IsBlocking { get; private set; }

    /// <summary>A status with the stream in it.</summary>
    public DownloadStatus Shown(DownloadStatus status) => Feed?.Shown(status) ?? status;

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
        if (!_isRegistered && agent.SetCallback(download.Id, (notification, _) => Task.FromResult(download.Heard(notification)), Ended) is { } failure)
        {
            Line.Set(null);
            return failure.Code;
        }
        _isRegistered = true;
        // Whoever comes late is told where it is.
        if (now.State != DownloadState.Created)
            download.Changed();
        return S_OK;
    }

    void Ended()
    {
        _isRegistered = false;
        Line.Close();
    }

    HResult SetStream(void* stream)
    {
        if (stream is null)
        {
            LetGoOfStream();
            return S_OK;
        }
        var path = agent.Downloads.Get(download.Id, DownloadProperty.LocalPath);
        if (path.Code != E_NOT_SET)
            return path.Succeeded ? DO_E_FILE_DOWNLOADSINK_ALREADY_SET : path.Code;
        var code = ClientStream.Take(stream, out var taken);
        if (taken is null)
            return code;
        LetGoOfStream();
        Feed = new StreamFeed(download, agent.Downloads, taken);
        agent.Downloads.Objects.Keep(download);
        return S_OK;
    }

    void LetGoOfStream()
    {
        Feed?.End();
        Feed = null;
        agent.Downloads.Objects.LetGo(download);
    }

    /// <summary>The download is Finalized or Aborted.</summary>
    public void End()
    {
        Feed?.End();
        agent.Downloads.Objects.LetGo(download);
    }
}
