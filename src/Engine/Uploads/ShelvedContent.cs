using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Uploads;

/// <summary>One content that is kept: its seat, and its file, which is opened when a peer asks for bytes of it. Any thread.</summary>
/// <remarks>
/// The file is the user's, too, who may change it at any time. So it is looked at each time that it is lent, which is for each frame that is
/// sent; from the first difference on it is lent to nobody.
/// </remarks>
sealed class ShelvedContent
{
    readonly Lock _gate = new();
    readonly ShelfRecord _record;
    readonly TimeProvider _time;
    FileState? _expected;
    LentFile? _file;
    Func<Outcome<IDiskFile>>? _open;
    DateTimeOffset _usedAt;
    bool _isOver;

    /// <param name="record">What it is.</param>
    /// <param name="seat">Its place in its swarm.</param>
    /// <param name="expected">How its file has to stand; null where nobody can tell how it does.</param>
    /// <param name="usedAt">When a peer last took of it.</param>
    /// <param name="time">The clock.</param>
    public ShelvedContent(ShelfRecord record, SwarmSeat seat, FileState? expected, DateTimeOffset usedAt, TimeProvider time) =>
        (_record, Seat, _expected, _usedAt, _time, Name) = (record, seat, expected, usedAt, time, ShelfRecord.NameOf(record.Content));

    public string Name { get; }

    public SwarmSeat Seat { get; }

    public ShelfRecord Record => _record;

    /// <summary>When a peer last took of it.</summary>
    public DateTimeOffset UsedAt
    {
        get
        {
            lock (_gate)
                return _usedAt;
        }
    }

    /// <summary>Told once, when the file is not the content any more.</summary>
    public Action<ShelvedContent> Changed { get; init; } = static _ => { };

    /// <summary>Told when the file was opened.</summary>
    public Action Opened { get; init; } = static () => { };

    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _file is not null;
        }
    }

    /// <summary>It cannot be opened again once it is closed.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_gate)
                return _open is null;
        }
    }

    /// <summary>Gives from this file, which is open already, until it is on the shelf.</summary>
    public void Hold(LentFile file)
    {
        lock (_gate)
            _file = file;
    }

    /// <summary>Gives from the shelf from now on.</summary>
    public void Settle(FileState expected, Func<Outcome<IDiskFile>> open)
    {
        lock (_gate)
        {
            (_expected, _open) = (expected, open);
            Let_NeedsLock();
        }
    }

    /// <summary>The file, for as long as bytes of it are sent; null where it is not the content any more, or cannot be opened now.</summary>
    public LentFile? Lend()
    {
        var (file, isNew, isChanged) = Take();
        if (isNew)
            Opened();
        if (isChanged)
            Changed(this);
        return file;
    }

    (LentFile? File, bool IsNew, bool IsChanged) Take()
    {
        lock (_gate)
        {
            if (_isOver)
                return default;
            var isNew = false;
            if (_file is null && _open is { } open)
            {
                var opened = open();
                // The machine has no handle to spare: that says nothing about the file.
                if (opened is { Succeeded: false } && opened.Failure.Code == ERROR_TOO_MANY_OPEN_FILES)
                    return default;
                _file = opened.Succeeded ? new LentFile(opened.Value) : null;
                isNew = _file is not null;
            }
            _isOver = _file is null || !Stands_NeedsLock(_file.File.State);
            _usedAt = _time.GetUtcNow();
            return (_isOver ? null : _file!.Lend(), isNew, _isOver);
        }
    }

    /// <summary>Whether a file that stands so is the content still.</summary>
    public bool Stands(FileState? now)
    {
        lock (_gate)
            return Stands_NeedsLock(now);
    }

    bool Stands_NeedsLock(FileState? now) => _expected is not { } expected || now?.IsSameAs(expected) == true;

    /// <summary>How the open file stands; null where it is not open.</summary>
    public FileState? StateOfOpen
    {
        get
        {
            lock (_gate)
                return _file?.File.State;
        }
    }

    /// <summary>Closes the file if it can be opened again and nobody took from it since then.</summary>
    public void CloseUnused(DateTimeOffset since)
    {
        lock (_gate)
        {
            if (_open is not null && _usedAt <= since && _file is { IsLent: false })
                Let_NeedsLock();
        }
    }

    /// <summary>Lends to nobody any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isOver = true;
            Let_NeedsLock();
        }
    }

    void Let_NeedsLock()
    {
        _file?.Dispose();
        _file = null;
    }
}
