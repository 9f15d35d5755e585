using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>What is told of a download to the client's object: in order, one call at a time, on a thread of the library's own.</summary>
/// <remarks>While a call runs, statuses of the same state merge; the last one is always told. No lock is held while the client's code runs.</remarks>
/// <param name="download">What is told of.</param>
/// <param name="shown">A status of the agent's as the client is shown it.</param>
sealed class StatusLine(ComDownload download, Func<DownloadStatus, DownloadStatus> shown)
{
    /// <summary>Statuses that wait for a call to return; beyond it the newest takes the place of the one before.</summary>
    const int WaitingMax = 64;

    /// <summary>How often a download is looked at for a step of percent: the agent itself tells of bytes every second.</summary>
    static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    readonly Lock _gate = new();
    readonly CallbackPace _pace = new();
    readonly List<DownloadStatus> _waiting = [];
    readonly long _since = TimeProvider.System.GetTimestamp();
    ClientStatusCallback? _callback;
    ITimer? _look;
    bool _isCalling;
    bool _isClosed;
    long _heard;

    /// <summary>What is called, or null.</summary>
    public ClientStatusCallback? Callback => Volatile.Read(ref _callback);

    /// <summary>Takes another object in place of the one before, which hears nothing more.</summary>
    public void Set(ClientStatusCallback? callback)
    {
        ClientStatusCallback? before;
        lock (_gate)
        {
            before = _callback;
            (_callback, _isClosed) = (callback, false);
            _waiting.Clear();
            _pace.Forget();
        }
        before?.Stop();
        before?.Release();
    }

    /// <summary>Sets how often bytes are told.</summary>
    public void Pace(Action<CallbackPace> set)
    {
        lock (_gate)
            set(_pace);
    }

    /// <summary>Tells a status of the agent's, if it is time for one. One that is older than what was heard already came too late.</summary>
    public void Add(DownloadStatus heard)
    {
        lock (_gate)
        {
            if (_callback is null || _isClosed || heard.Sequence < _heard)
                return;
            _heard = heard.Sequence;
            var status = shown(heard);
            LookAgain_NeedsLock(status);
            if (!_pace.Take(status, TimeProvider.System.GetElapsedTime(_since)))
                return;
            if (_waiting.Count > 0 && (_waiting.Count == WaitingMax || (_waiting[^1].State, _waiting[^1].Error) == (status.State, status.Error)))
                _waiting[^1] = status;
            else
                _waiting.Add(status);
            if (_isCalling)
                return;
            _isCalling = true;
        }
        CallbackThreads.Run(Tell);
    }

    /// <summary>Nothing more happens to the download: the object is let go of when all is told.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_isCalling)
                return;
        }
        Set(null);
    }

    void Tell()
    {
        while (Take() is var (callback, status))
            callback.Call(download, ComDownload.StatusOf(status));
    }

    (ClientStatusCallback Callback, DownloadStatus Status)? Take()
    {
        lock (_gate)
        {
            if (_callback is { } callback && _waiting.Count > 0)
            {
                var next = _waiting[0];
                _waiting.RemoveAt(0);
                return (callback, next);
            }
            _isCalling = false;
            if (!_isClosed)
                return null;
        }
        Set(null);
        return null;
    }

    void LookAgain_NeedsLock(DownloadStatus status)
    {
        if (_pace.Percent == 0 || status.State != DownloadState.Transferring)
            return;
        _look ??= TimeProvider.System.CreateTimer(_ => download.Changed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _look.Change(LookInterval, Timeout.InfiniteTimeSpan);
    }
}
