using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>The end of a job in a world where nothing goes wrong any more: it must come, in time, and be the right one.</summary>
sealed class JobFinish(SimWorld world, SimJob job, Random die)
{
    /// <summary>More than the slowest origin needs for all files, and the longest wait that a server asked for.</summary>
    static readonly TimeSpan _timeMax = TimeSpan.FromMinutes(60);

    public async Task RunAsync()
    {
        var code = await job.ResumeAsync();
        if (code is null or { Failed: true })
            throw new InvalidOperationException($"{job.Name} in {job.State} cannot be resumed: {code}");
        await world.Until(() => job.State is JobState.Transferred or JobState.Error, _timeMax, $"{job.Name} has ended ({job.State}, {job.Now?.Error?.Text})");
        var files = (await job.FilesAsync())!;
        if (job.State == JobState.Error)
            CheckError(files);
        await CheckCallbackAsync();
        if (die.Percent(30))
            await CancelAsync();
        else
            await CompleteAsync(files);
    }

    void CheckError(IReadOnlyList<FileSnapshot> files)
    {
        var possible = files.Where(file => !file.IsTransferred).Select(file => job.Wishes[file.Index].CanComeFrom(world.Net.FindUrl(file.RemoteName)!));
        if (possible.All(can => can))
            throw new InvalidOperationException($"{job.Name} failed although every file can be had: {job.Now!.Error!.Text}");
    }

    async Task CheckCallbackAsync()
    {
        var kind = job.State == JobState.Error ? NotificationKind.JobError : NotificationKind.JobTransferred;
        var flag = kind == NotificationKind.JobError ? NotifyFlags.JobError : NotifyFlags.JobTransferred;
        if ((job.Now!.NotifyFlags & (flag | NotifyFlags.Disable)) == flag)
            await world.Until(() => job.Callback!.WasTold(kind), TimeSpan.FromMinutes(15), $"{job.Name} was told {kind}");
    }

    async Task CancelAsync()
    {
        var code = await job.CancelAsync();
        if (code != HResults.S_OK)
            throw new InvalidOperationException($"{job.Name} cannot be cancelled: {code}");
    }

    async Task CompleteAsync(IReadOnlyList<FileSnapshot> files)
    {
        var isWhole = files.All(file => file.IsTransferred);
        var code = await job.CompleteAsync();
        if (code == HResults.BG_E_VALIDATION_FAILED && world.PowerWasLost)
        {
            // Found out before it was placed, which is all that can be asked.
            await RunAsync();
            return;
        }
        if (code != (isWhole ? HResults.S_OK : HResults.BG_S_PARTIAL_COMPLETE))
            throw new InvalidOperationException($"{job.Name}, of whose files {files.Count(file => file.IsTransferred)} of {files.Count} are here, was completed with {code}");
        if (files.FirstOrDefault(file => file.IsTransferred && !world.Watch.Placed.IsPlaced(file.LocalName)) is { } missing)
            throw new InvalidOperationException($"{job.Name} was completed, and {missing.LocalName} is not in its place");
    }
}
