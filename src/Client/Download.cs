using System.Security.Cryptography;
using System.Text.Json;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client;

/// <summary>One file on its way, for <see cref="HaulClient.DownloadAsync"/>: finds or makes the job, sees it through, puts the file in place.</summary>
sealed class Download(HaulClient client, string url, string path, DownloadOptions options)
{
    /// <summary>How long the job may take to be suspended when the caller gives up.</summary>
    static readonly TimeSpan SuspendTimeout = TimeSpan.FromSeconds(5);

    readonly AddFile _file = new() { RemoteName = url, LocalName = path, Digest = options.Digest, Overwrite = options.Overwrite, Http = options.Http };

    public async Task<FileSnapshot> RunAsync(IProgress<JobSnapshot>? progress, CancellationToken cancel)
    {
        var job = await FindAsync(cancel) ?? await CreateAsync(cancel);
        try
        {
            await WaitAsync(job, progress, cancel);
            return await CompleteAsync(job, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await LeaveAsync(job);
            throw;
        }
    }

    /// <summary>The job that an earlier call left behind. One that was made with other passwords is of no use, and goes.</summary>
    async Task<HaulJob?> FindAsync(CancellationToken cancel)
    {
        var mark = Mark();
        foreach (var found in await client.ListJobsAsync(cancel: cancel))
        {
            if (found.Description != mark)
                continue;
            var job = await client.GetJobAsync(found.Id, cancel);
            if (!HasSecrets)
            {
                if (found.State is JobState.Suspended or JobState.Error)
                    await job.ResumeAsync(cancel);
                return job;
            }
            await job.CancelAsync(cancel);
        }
        return null;
    }

    Task<HaulJob> CreateAsync(CancellationToken cancel) => client.CreateJobAsync(
        new CreateJob
        {
            DisplayName = options.DisplayName ?? Path.GetFileName(path),
            Files = [_file],
            Properties = new JobChange
            {
                Description = Mark(),
                Priority = options.Priority,
                NoProgressTimeoutSeconds = (uint?)options.NoProgressTimeout?.TotalSeconds,
            },
            Resume = true,
        },
        cancel);

    async Task WaitAsync(HaulJob job, IProgress<JobSnapshot>? progress, CancellationToken cancel)
    {
        await foreach (var happened in client.WatchAsync(job.Id, cancel))
        {
            progress?.Report(job.Learn(happened.Job));
            switch (happened.Job.State)
            {
                case JobState.Transferred:
                    return;
                case JobState.Error:
                    await GiveUpAsync(job, happened.Job.Error!);
                    break;
                case JobState.Acknowledged or JobState.Cancelled:
                    throw new HaulException(new Failure(ERROR_CANCELLED, $"Somebody else ended the job {job.Id}: it is {happened.Job.State}"));
            }
        }
    }

    /// <summary>Ends a job that has nothing to go on from; keeps one that has.</summary>
    static async Task GiveUpAsync(HaulJob job, JobErrorSnapshot error)
    {
        if (job.Snapshot.Progress.BytesTransferred == 0)
            await job.CancelAsync(CancellationToken.None);
        throw new HaulException(new Failure(error.Code, error.Text));
    }

    static async Task<FileSnapshot> CompleteAsync(HaulJob job, CancellationToken cancel)
    {
        var file = await job.GetFileAsync(0, cancel);
        await job.CompleteAsync(cancel);
        return file with { IsCompleted = true, TemporaryName = null };
    }

    static async Task LeaveAsync(HaulJob job)
    {
        try
        {
            using var timeout = new CancellationTokenSource(SuspendTimeout);
            await job.SuspendAsync(timeout.Token);
        }
        catch (Exception e) when (e is HaulException or OperationCanceledException)
        {
            // The caller does not wait any longer, whatever becomes of the job.
        }
    }

    bool HasSecrets => HoldsUser(url) || (options.Http is { } http
        && (http.Headers.Count > 0 || http.AuthHeaders.Count > 0 || http.UserName is not null || http.Password is not null || http.BearerToken is not null || HoldsUser(http.Proxy)));

    static bool HoldsUser(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0;

    /// <summary>Recognises the job of the same call. Made of nothing secret.</summary>
    string Mark()
    {
        var open = _file with
        {
            RemoteName = JobRules.WithoutUserInformation(url),
            Http = options.Http is { } http ? http with { Headers = [], AuthHeaders = [], UserName = null, Password = null, BearerToken = null, Proxy = null } : null,
        };
        return $"haul:download:{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(open, ProtocolJson.Default.AddFile)))}";
    }
}
