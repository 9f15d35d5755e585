using System.Diagnostics;
using System.Globalization;
using Haul.Client;
using Haul.Protocol.Api;

namespace Haul.Bench.Calls;

/// <summary>What calls cost an agent that has thousands of jobs in its queue.</summary>
static class Queue
{
    /// <summary>Makes and starts jobs of one file each; all but the few that have a slot are queued.</summary>
    public static async Task FillAsync(HaulClient haul, int count, string url, string folder)
    {
        var made = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref made); i <= count; i = Interlocked.Increment(ref made))
                await haul.CreateJobAsync(Job($"job-{i}", url, Path.Combine(folder, $"queue-{i}")));
        }));
        var jobs = await haul.ListJobsAsync();
        if (jobs.Count != count)
            throw new InvalidOperationException($"{jobs.Count} jobs in the list, {count} were made");
    }

    /// <summary>Lists all jobs, and makes one more, again and again.</summary>
    public static async Task MeasureAsync(HaulClient haul, int count, string url, string folder)
    {
        for (var i = -2; i < count; i++)
        {
            var listing = Stopwatch.GetTimestamp();
            await haul.ListJobsAsync();
            var listed = Stopwatch.GetElapsedTime(listing).TotalSeconds;

            var making = Stopwatch.GetTimestamp();
            var job = await haul.CreateJobAsync(Job("one more", url, Path.Combine(folder, $"more-{i}")));
            var made = Stopwatch.GetElapsedTime(making).TotalSeconds;
            await job.CancelAsync();
            if (i >= 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"list {listed:F6}\naccept {made:F6}"));
        }
    }

    static CreateJob Job(string name, string url, string path) =>
        new() { DisplayName = name, Files = [new AddFile { RemoteName = url, LocalName = path }], Resume = true };
}
