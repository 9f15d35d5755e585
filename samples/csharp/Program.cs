// Fetches one file through a job and prints every callback: dotnet run --project samples/csharp -- URL FILE
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

var done = new TaskCompletionSource();
await using var haul = await HaulClient.OpenAsync();    // the agent where one runs, else an engine in this process
var job = await haul.CreateJobAsync("sample");
await job.AddFileAsync(new AddFile { RemoteName = args[0], LocalName = Path.GetFullPath(args[1]) });
await job.ChangeAsync(new JobChange { NotifyFlags = NotifyFlags.JobTransferred | NotifyFlags.JobError | NotifyFlags.JobModification });
await job.SetCallbackAsync(new Printer(done));
await job.ResumeAsync();
await done.Task;

sealed class Printer(TaskCompletionSource done) : IJobCallback
{
    public ValueTask<HResult> JobModificationAsync(HaulJob job, uint reserved)
    {
        Console.WriteLine($"{job.Snapshot.State}: {job.Snapshot.Progress.BytesTransferred} bytes");
        return new(HResults.S_OK);
    }

    public async ValueTask<HResult> JobTransferredAsync(HaulJob job)
    {
        await job.CompleteAsync();                      // puts the file in its place
        done.SetResult();
        return HResults.S_OK;
    }

    public async ValueTask<HResult> JobErrorAsync(HaulJob job, JobErrorSnapshot error)
    {
        Console.Error.WriteLine(error.Text);
        await job.CancelAsync();
        done.SetResult();
        return HResults.S_OK;
    }

    public ValueTask<HResult> FileTransferredAsync(HaulJob job, FileSnapshot file) => new(HResults.S_OK);
}
