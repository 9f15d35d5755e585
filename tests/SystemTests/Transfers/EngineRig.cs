using Haul.Engine;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Transfers;

/// <summary>A real engine with a directory for its state and one for its files.</summary>
sealed class EngineRig : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    readonly Policy _policy;
    HaulEngine _engine;

    public EngineRig(Policy? policy = null)
    {
        _policy = policy ?? new Policy { ProgressInterval = TimeSpan.FromMilliseconds(50) };
        _engine = Open();
    }

    public JobManager Jobs => _engine.Jobs;

    public Caller Me { get; } = PeerCredentials.Current();

    /// <summary>A path for a file that a job is to make.</summary>
    public string Target(string name = "target.bin") => _directory.File(name);

    /// <summary>Everything in the files' directory but the engine's own state.</summary>
    public string[] Leftovers() => [.. Directory.GetFiles(_directory.Path).Select(path => Path.GetFileName(path)).Order()];

    /// <summary>Creates a job of one file and resumes it.</summary>
    public Task<JobSnapshot> StartAsync(Uri url, Func<AddFile, AddFile>? change = null, JobChange? properties = null)
    {
        var file = new AddFile { RemoteName = url.AbsoluteUri, LocalName = Target() };
        return StartAsync([change?.Invoke(file) ?? file], properties);
    }

    public async Task<JobSnapshot> StartAsync(IReadOnlyList<AddFile> files, JobChange? properties = null)
    {
        var created = await Jobs.CreateAsync(Me, new CreateJob { DisplayName = "test", Files = files, Properties = properties, Resume = true });
        Assert.True(created.Succeeded, created.Failure?.ToString());
        return created.Value;
    }

    /// <summary>Waits until the job is in a state, failing where it ends in another first.</summary>
    public async Task<JobSnapshot> WaitAsync(Guid job, params JobState[] states)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var last = Jobs.Events.Last;
            Jobs.Events.Since(last, out var more);
            var now = Jobs.Get(Me, job).Value!;
            if (states.Contains(now.State))
                return now;
            Assert.False(now.State is JobState.Error or JobState.Cancelled or JobState.Acknowledged, $"The job is {now.State}: {now.Error}");
            await more.WaitAsync(deadline.Token);
        }
    }

    /// <summary>Fetches to the end and completes; the file stands in its place.</summary>
    public async Task<FileSnapshot> FetchAsync(Uri url, Func<AddFile, AddFile>? change = null)
    {
        var job = await StartAsync(url, change);
        await WaitAsync(job.Id, JobState.Transferred);
        var files = await Jobs.FilesAsync(Me, job.Id);
        var done = await Jobs.CompleteAsync(Me, job.Id);
        Assert.True(done.Succeeded, done.Failure?.ToString());
        Assert.Equal(HResults.S_OK, done.Value.Code);
        return files.Value![0];
    }

    /// <summary>Fetches until the job fails, and returns why.</summary>
    public async Task<JobErrorSnapshot> FailAsync(Uri url, Func<AddFile, AddFile>? change = null)
    {
        var job = await StartAsync(url, change);
        var error = (await WaitAsync(job.Id, JobState.Error, JobState.TransientError)).Error!;
        await Jobs.CancelAsync(Me, job.Id);
        Assert.Empty(Leftovers());
        return error;
    }

    /// <summary>Stops the engine cleanly and starts another over the same state.</summary>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await _engine.DisposeAsync();
        meanwhile?.Invoke();
        _engine = Open();
    }

    HaulEngine Open()
    {
        var failure = HaulEngine.Open(_directory.Subdirectory("state"), () => _policy, out var engine);
        Assert.Null(failure);
        return engine!;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _directory.Dispose();
    }
}
