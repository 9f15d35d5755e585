using Haul.Protocol.Contract;

namespace Haul.Engine.Pieces;

/// <summary>Where each byte of the local file stands in the remote one.</summary>
/// <remarks>
/// Ranges are written back to back in the order given (contract, section 6.11), so the local file is as long as their sum. The whole
/// file is the one range from 0 to the end.
/// </remarks>
sealed class RangeMap
{
    readonly (long Local, long Remote, long Length)[] _runs;

    RangeMap((long, long, long)[] runs, long length)
    {
        _runs = runs;
        Length = length;
    }

    /// <summary>Bytes of the local file.</summary>
    public long Length { get; }

    /// <summary>Lays out the wanted ranges of a remote file of known length; null when one lies outside it.</summary>
    public static RangeMap? Of(IReadOnlyList<ByteRange> ranges, long remoteLength)
    {
        if (ranges.Count == 0)
            return new RangeMap([(0, 0, remoteLength)], remoteLength);

        var runs = new (long, long, long)[ranges.Count];
        long local = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var (offset, length) = ranges[i];
            if (offset >= (ulong)remoteLength)
                return null;
            var left = (ulong)remoteLength - offset;
            if (length == ByteRange.ToEndOfFile)
                length = left;
            if (length > left)
                return null;
            runs[i] = (local, (long)offset, (long)length);
            local += (long)length;
        }
        return new RangeMap(runs, local);
    }

    /// <summary>The remote position of a local byte, and how many bytes follow it without a gap on both sides.</summary>
    public (long Remote, long Contiguous) At(long local)
    {
        var low = 0;
        var high = _runs.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_runs[middle].Local <= local)
                low = middle;
            else
                high = middle - 1;
        }
        var run = _runs[low];
        return (run.Remote + (local - run.Local), run.Length - (local - run.Local));
    }
}
