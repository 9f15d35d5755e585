using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>The job of a get: the one that an earlier get of the same files left unfinished, or a new one.</summary>
/// <param name="Job">The job, under way.</param>
/// <param name="IsResumed">An earlier get began it.</param>
sealed record GetJob(HaulJob Job, bool IsResumed)
{
    /// <summary>It is a job of haul add: it goes on without the get, and is not the get's to end unless its files are here.</summary>
    public bool IsAdded { get; init; }

    public static async Task<Outcome<GetJob>> FindOrCreateAsync(HaulClient client, GetRequest request, Action<string> note, CancellationToken cancel)
    {
        foreach (var known in await client.ListJobsAsync(cancel: cancel))
        {
            if (known.State.IsFinal() || GetKey.Read(known.Description)?.Targets != request.Key.Targets)
                continue;
            var job = await client.GetJobAsync(known.Id, cancel);
            var isAdded = GetKey.IsAdded(known.Description);
            if (await TakeUpAsync(job, request, isAdded ? static _ => { } : note, cancel))
                return new GetJob(job, IsResumed: true) { IsAdded = isAdded };
            if (isAdded)
                return new Failure(HResults.ERROR_SHARING_VIOLATION, $"Job {known.Id} of haul add is there for {request.Files[0].LocalName}, with other options or another URL: complete or cancel it first, or name another file with -o");
            await job.CancelAsync(cancel);
        }
        if ((GetTargets.Check(request) ?? GetTargets.MakeDirectories(request)) is { } refused)
            return refused;
        var made = await client.CreateJobAsync(
            new CreateJob { DisplayName = request.Properties.DisplayName!, Files = request.Files, Properties = request.Properties, Resume = true }, cancel);
        return new GetJob(made, IsResumed: false);
    }

    /// <summary>Goes on with a job; false where it is not what is wanted any more.</summary>
    static async Task<bool> TakeUpAsync(HaulJob job, GetRequest request, Action<string> note, CancellationToken cancel)
    {
        var files = await job.GetFilesAsync(cancel);
        var isAdded = GetKey.IsAdded(job.Snapshot.Description);
        var moved = files.Where(file => file.RemoteName != WithoutUser(request.Files[file.Index].RemoteName)).ToList();
        if (GetKey.Read(job.Snapshot.Description) != request.Key || moved.Exists(file => isAdded || file.IsTransferred))
        {
            note("the options are not those that this was begun with; starting anew");
            return false;
        }
        var isRunning = job.Snapshot.State is JobState.Queued or JobState.Transferring or JobState.TransientError;
        if (moved.Count > 0)
        {
            note("the URL is not the one that this was begun with; going on from the new one, if it has the same content");
            if (isRunning)
                await job.SuspendAsync(cancel);
            foreach (var file in moved)
                await job.SetRemoteNameAsync(file.Index, request.Files[file.Index].RemoteName, cancel);
        }
        if (!isAdded)
            await job.ChangeAsync(request.Properties, cancel);
        if (job.Snapshot.State != JobState.Transferred)
            await job.ResumeAsync(cancel);
        return true;
    }

    /// <summary>A URL as snapshots show it.</summary>
    static string WithoutUser(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.UserInfo.Length > 0
            ? url.Remove(url.IndexOf("://", StringComparison.Ordinal) + 3, url.IndexOf('@', StringComparison.Ordinal) - url.IndexOf("://", StringComparison.Ordinal) - 2)
            : url;
}
