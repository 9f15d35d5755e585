using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>One registered callback of a program: turns notifications into calls.</summary>
sealed class CallbackCalls(HaulJob job, IJobCallback callback)
{
    /// <summary>Calls; what the callback throws goes through.</summary>
    public async Task<HResult> CallAsync(Notification notification, CancellationToken gone)
    {
        job.Learn(notification.Job);
        return notification.Kind switch
        {
            NotificationKind.JobTransferred => await callback.JobTransferredAsync(job),
            NotificationKind.JobError => await callback.JobErrorAsync(job, notification.Job.Error!),
            NotificationKind.FileTransferred => await callback.FileTransferredAsync(job, await job.GetFileAsync(notification.FileIndex!.Value, gone)),
            _ => await callback.JobModificationAsync(job, 0),
        };
    }
}
