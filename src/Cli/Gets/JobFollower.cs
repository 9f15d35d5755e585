using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>Follows a job until it has come as far as wanted, and shows it meanwhile.</summary>
sealed class JobFollower(HaulClient client, HaulJob job, IGetView view, TimeProvider time)
{
    /// <summary>Time between two looks at the files, for each file: looking at 20,000 files takes a while.</summary>
    static readonly TimeSpan LookPerFile = TimeSpan.FromMilliseconds(0.2);

    bool _isAgentGone;
    long? _lookedAt;

    /// <summary>The files as they were last seen.</summary>
    public IReadOnlyList<FileSnapshot> Files { get; private set; } = [];

    public FileClocks Clocks { get; } = new(time);

    /// <summary>Returns the job once <paramref name="isOver"/> says so of it.</summary>
    public async Task<JobSnapshot> RunAsync(Func<JobSnapshot, bool> isOver, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var events = client.WatchAsync(job.Id, ended.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = events.MoveNextAsync().AsTask();
        var now = job.Snapshot;
        try
        {
            while (!isOver(now))
            {
                if (IsTimeToLook())
                    await LookAsync(now, cancel);
                if (!await HappensAsync(next, cancel))
                    continue;
                if (!await next)
                    return now;
                (now, _isAgentGone) = (events.Current.Job, false);
                next = events.MoveNextAsync().AsTask();
            }
            await LookAsync(now, cancel);
            return now;
        }
        finally
        {
            // The enumerator may be let go only when nothing waits for it any more.
            await ended.CancelAsync();
            await next.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    TimeSpan? Interval => view.Interval is not { } interval ? null : Files.Count * LookPerFile > interval ? Files.Count * LookPerFile : interval;

    bool IsTimeToLook() => Interval is { } interval && (_lookedAt is not { } last || time.GetElapsedTime(last) >= interval);

    /// <summary>Waits for an event; false when it is time to look at the files first.</summary>
    async Task<bool> HappensAsync(Task<bool> next, CancellationToken cancel)
    {
        if (Interval is not { } interval)
        {
            await next.WaitAsync(cancel);
            return true;
        }
        var left = interval - time.GetElapsedTime(_lookedAt!.Value);
        if (left > TimeSpan.Zero && !next.IsCompleted)
        {
            using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(next, Task.Delay(left, time, stopped.Token));
            await stopped.CancelAsync();
        }
        cancel.ThrowIfCancellationRequested();
        return next.IsCompleted;
    }

    async Task LookAsync(JobSnapshot now, CancellationToken cancel)
    {
        try
        {
            Files = await job.GetFilesAsync(cancel);
            Clocks.Look(Files);
        }
        catch (HaulException e) when (e.Code == HResults.DO_E_NO_SERVICE)
        {
            if (!_isAgentGone)
                view.Note("the agent does not answer; waiting for it");
            _isAgentGone = true;
        }
        catch (HaulException) when (now.State.IsFinal())
        {
            // A job that has ended has no files any more: those seen last stand for it.
        }
        _lookedAt = time.GetTimestamp();
        view.Show(now, Files);
    }
}
