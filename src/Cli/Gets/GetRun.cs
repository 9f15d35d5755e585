using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>One get from its place to its exit code: the job, the wait, the files in place.</summary>
sealed class GetRun(GetRequest request, IGetView view, TimeProvider time)
{
    /// <summary>What an interrupted get takes at most to write down where it is.</summary>
    static readonly TimeSpan StopMax = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(CancellationToken interrupted)
    {
        try
        {
            var place = await GetPlace.OpenAsync(request, view.Interval, time, interrupted);
            if (!place.Succeeded)
                return Fail(place.Failure);
            return await RunAsync(place.Value, interrupted);
        }
        catch (HaulException e)
        {
            return Fail(e.Failure);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            view.Interrupted(request.HowToResume);
            return ExitCode.Interrupted;
        }
    }

    async Task<int> RunAsync(GetPlace place, CancellationToken interrupted)
    {
        HaulJob? job = null;
        var isAdded = false;
        try
        {
            var found = await GetJob.FindOrCreateAsync(place.Client, request, view.Note, interrupted);
            if (!found.Succeeded)
            {
                await LeaveAsync(place);
                return Fail(found.Failure);
            }
            (job, isAdded) = (found.Value.Job, found.Value.IsAdded);
            var follower = new JobFollower(place.Client, job, view, time);
            var files = view.Interval is null ? [] : await job.GetFilesAsync(interrupted);
            if (found.Value.IsResumed)
                follower.Clocks.Discount(files);
            view.Began(job.Snapshot, files, new GetGround(place.IsInProcess, found.Value.IsResumed));
            var end = await follower.RunAsync(now => now.State is JobState.Transferred or JobState.Error || now.State.IsFinal(), interrupted);
            return await EndAsync(place, job, end, follower, isAdded);
        }
        catch (HaulException e)
        {
            await LeaveAsync(place);
            return Fail(e.Failure);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await StopAsync(place, isAdded ? null : job);
            view.Interrupted(request.HowToResume);
            return ExitCode.Interrupted;
        }
    }

    async Task<int> EndAsync(GetPlace place, HaulJob job, JobSnapshot end, JobFollower follower, bool isAdded)
    {
        switch (end.State)
        {
            case JobState.Transferred:
                return await CompleteAsync(place, job, follower);
            case JobState.Acknowledged:
                // Another get of the same files completed the job that this one followed.
                await place.RemoveAsync(time);
                return Succeed(follower.Files, follower);
            case JobState.Cancelled:
                await place.RemoveAsync(time);
                return Fail(new Failure(HResults.ERROR_CANCELLED, $"Job {job.Id} was cancelled by someone else"));
            default:
                var error = end.Error!;
                return await FailAsync(place, job, end, new Failure(error.Code, error.Text), isAdded);
        }
    }

    async Task<int> CompleteAsync(GetPlace place, HaulJob job, JobFollower follower)
    {
        var files = view.Interval is null ? [] : await job.GetFilesAsync();
        try
        {
            await job.CompleteAsync();
        }
        catch (HaulException e) when (e.Code == HResults.DO_E_INVALID_STATE)
        {
            // Two gets may follow the same job, and the other one was first.
            if ((await job.RefreshAsync()).State != JobState.Acknowledged)
                throw;
        }
        await place.RemoveAsync(time);
        return Succeed(files, follower);
    }

    int Succeed(IReadOnlyList<FileSnapshot> files, JobFollower follower)
    {
        view.Done([.. files.Select(follower.Clocks.Report)]);
        return ExitCode.Success;
    }

    /// <summary>The job is in error: what is here of it is kept for another try, unless it is nothing, or false. One of haul add stays in any case.</summary>
    async Task<int> FailAsync(GetPlace place, HaulJob job, JobSnapshot end, Failure failure, bool isAdded)
    {
        var isWorthless = !isAdded && (failure.Code == HResults.BG_E_VALIDATION_FAILED || end.Progress is { BytesTransferred: 0, FilesTransferred: 0 });
        if (isWorthless)
        {
            await job.CancelAsync();
            await place.RemoveAsync(time);
            return Fail(failure);
        }
        await place.DisposeAsync();
        var code = Fail(failure);
        view.Note($"{Said.Bytes(end.Progress.BytesTransferred)} are kept; {request.HowToResume}");
        return code;
    }

    int Fail(Failure failure)
    {
        view.Failed(failure);
        return ExitCode.Of(failure.Code);
    }

    /// <summary>Lets go of the place, and of its state where no job is left in it.</summary>
    async Task LeaveAsync(GetPlace place)
    {
        var isEmpty = place.IsInProcess && (await place.Client.ListJobsAsync()).Count == 0;
        if (isEmpty)
            await place.RemoveAsync(time);
        else
            await place.DisposeAsync();
    }

    /// <summary>Interrupted: the job rests where it is, and its state is written down.</summary>
    async Task StopAsync(GetPlace place, HaulJob? job)
    {
        try
        {
            await SuspendAsync(place, job).WaitAsync(StopMax, time);
        }
        catch (Exception e) when (e is TimeoutException or HaulException)
        {
            // The job goes on from what is on record, as after a crash.
        }
    }

    static async Task SuspendAsync(GetPlace place, HaulJob? job)
    {
        if (job is not null)
            await job.SuspendAsync();
        await place.DisposeAsync();
    }
}
