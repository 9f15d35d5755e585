using Haul.Protocol.Api;

namespace Haul.Client.Com;

/// <summary>Which of a download's changes are told to its callback: every change of state, and bytes as often as the client asked for.</summary>
sealed class CallbackPace
{
    const uint SecondsDefault = 1;

    /// <summary>The agent tells of bytes by a clock of its own: what comes this much early is not held back for one more round.</summary>
    static readonly TimeSpan Early = TimeSpan.FromMilliseconds(100);

    DownloadStatus? _told;
    TimeSpan _toldAt;

    /// <summary>A callback every so many percent; 0 for none.</summary>
    public uint Percent { get; set; }

    /// <summary>A callback every so many seconds; null for every second, unless it goes by percent.</summary>
    public uint? Seconds { get; set; }

    /// <summary>Whether a status is told now; it then counts as told.</summary>
    /// <param name="status">The status.</param>
    /// <param name="now">By any clock that only goes forward.</param>
    public bool Take(DownloadStatus status, TimeSpan now)
    {
        var isDue = _told is null || IsOther(_told, status) || (_told.BytesTransferred != status.BytesTransferred && (IsStep(_told, status) || IsTime(now)));
        if (isDue)
            (_told, _toldAt) = (status, now);
        return isDue;
    }

    /// <summary>Whoever is told from now on has been told nothing.</summary>
    public void Forget() => _told = null;

    static bool IsOther(DownloadStatus told, DownloadStatus now) =>
        (told.State, told.Error, told.ExtendedError, told.BytesTotal) != (now.State, now.Error, now.ExtendedError, now.BytesTotal);

    bool IsStep(DownloadStatus told, DownloadStatus now) =>
        Percent > 0 && now.BytesTotal > 0 && StepOf(told.BytesTransferred, now.BytesTotal) != StepOf(now.BytesTransferred, now.BytesTotal);

    ulong StepOf(ulong bytes, ulong total) => (ulong)((UInt128)bytes * 100 / total) / Percent;

    bool IsTime(TimeSpan now) => (Seconds is not null || Percent == 0) && now - _toldAt >= TimeSpan.FromSeconds(Seconds ?? SecondsDefault) - Early;
}
