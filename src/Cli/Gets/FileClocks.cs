using Haul.Cli.Output;
using Haul.Protocol.Api;

namespace Haul.Cli.Gets;

/// <summary>When each file's bytes began to come, and when the last was here, as far as one who looks now and then can see.</summary>
sealed class FileClocks(TimeProvider time)
{
    readonly long _start = time.GetTimestamp();
    readonly Dictionary<int, ulong> _before = [];
    long _lastLook = time.GetTimestamp();
    readonly Dictionary<int, (long Begin, long End, ulong BytesBefore)> _clocks = [];

    /// <summary>Takes what is here of the files as fetched before.</summary>
    public void Discount(IReadOnlyList<FileSnapshot> files)
    {
        foreach (var file in files)
            _before[file.Index] = file.BytesTransferred;
    }

    /// <summary>Looks at the files as they are now.</summary>
    public void Look(IReadOnlyList<FileSnapshot> files)
    {
        var now = time.GetTimestamp();
        foreach (var file in files)
        {
            var isKnown = _clocks.TryGetValue(file.Index, out var clock);
            if (!isKnown && (file.Connections > 0 || file.BytesTransferred > 0))
                _clocks[file.Index] = (_lastLook, file.IsTransferred ? now : 0, _before.GetValueOrDefault(file.Index));
            else if (isKnown && clock.End == 0 && file.IsTransferred)
                _clocks[file.Index] = clock with { End = now };
        }
        _lastLook = now;
    }

    /// <summary>What can be said of a file that is here.</summary>
    public FileReport Report(FileSnapshot file)
    {
        var (begin, end, before) = _clocks.TryGetValue(file.Index, out var clock) ? clock : (_start, 0, _before.GetValueOrDefault(file.Index));
        if (end == 0)
            end = time.GetTimestamp();
        return new FileReport(file, time.GetElapsedTime(begin, end), file.BytesTransferred - Math.Min(before, file.BytesTransferred));
    }
}
