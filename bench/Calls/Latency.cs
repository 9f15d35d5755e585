using System.Diagnostics;
using System.Globalization;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Bench.Calls;

/// <summary>From the start of a job to its JobTransferred: what a program waits for a small file.</summary>
static class Latency
{
    public static async Task RunAsync(HaulClient haul, string name, int count, string url, string folder)
    {
        // The first two warm both sides up.
        for (var i = -2; i < count; i++)
        {
            var path = Path.Combine(folder, $"latency-{i}");
            var job = await haul.CreateJobAsync(name);
            await job.AddFileAsync(new AddFile { RemoteName = url, LocalName = path });
            var arrived = new Arrival();
            await job.SetCallbackAsync(arrived);
            var started = Stopwatch.GetTimestamp();
            await job.ResumeAsync();
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await job.CompleteAsync();
            File.Delete(path);
            if (i >= 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {seconds:F6}"));
        }
    }

    /// <summary>Completes when the job has transferred, fails when it is in error.</summary>
    sealed class Arrival : IJobCallback
    {
        readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _told.Task;

        public ValueTask<HResult> JobTransferredAsync(HaulJob job)
        {
            _told.TrySetResult();
            return ValueTask.FromResult(HResults.S_OK);
        }

        public ValueTask<HResult> JobErrorAsync(HaulJob job, JobErrorSnapshot error)
        {
            _told.TrySetException(new InvalidOperationException(error.Text));
            return ValueTask.FromResult(HResults.S_OK);
        }

        public ValueTask<HResult> JobModificationAsync(HaulJob job, uint reserved) => ValueTask.FromResult(HResults.S_OK);

        public ValueTask<HResult> FileTransferredAsync(HaulJob job, FileSnapshot file) => ValueTask.FromResult(HResults.S_OK);
    }
}
