using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>The sums over a job's files, kept up as files change, so that a job of many thousands can be shown often.</summary>
/// <remarks>Owned by the jobs' loop. A running file counts with what its transfer has now, any other with what it had when last counted.</remarks>
sealed class JobTally
{
    readonly List<JobFile> _running = [];
    long _wanted;
    int _unknown;
    long _resting;

    /// <summary>Files that are here.</summary>
    public int Transferred { get; private set; }

    /// <summary>Files whose transfer has not ended.</summary>
    public IReadOnlyList<JobFile> Running => _running;

    /// <summary>Bytes of the files that do not run.</summary>
    public long RestingBytes => _resting;

    /// <summary>Takes a file in as it is now, in place of how it was.</summary>
    public void Count(JobFile file)
    {
        Book(file, -1);
        var isRunning = file.Run.Transfer is not null;
        if (isRunning != file.Counted.IsRunning)
        {
            if (isRunning)
                _running.Add(file);
            else
                _running.Remove(file);
        }
        file.Counted = new FileCount(true, file.WantedBytes, isRunning ? 0 : Math.Max(0, file.BytesTransferred), file.IsTransferred, isRunning);
        Book(file, 1);
    }

    public JobProgress Progress(int files)
    {
        var bytes = _resting;
        foreach (var file in _running)
            bytes += Math.Max(0, file.BytesTransferred);
        return new JobProgress(_unknown > 0 ? ByteRange.UnknownSize : (ulong)_wanted, (ulong)bytes, (uint)files, (uint)Transferred);
    }

    void Book(JobFile file, int sign)
    {
        var count = file.Counted;
        if (!count.IsCounted)
            return;
        _wanted += sign * Math.Max(0, count.Wanted);
        _unknown += count.Wanted < 0 ? sign : 0;
        _resting += sign * count.Resting;
        Transferred += count.IsTransferred ? sign : 0;
    }
}

/// <summary>How a file stands in its job's sums.</summary>
readonly record struct FileCount(bool IsCounted, long Wanted, long Resting, bool IsTransferred, bool IsRunning);
