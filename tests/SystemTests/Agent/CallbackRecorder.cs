using System.Threading.Channels;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>A program's callback that writes down every call, and does what the test says.</summary>
sealed class CallbackRecorder(Func<string, Task<HResult>>? act = null) : IJobCallback
{
    readonly Channel<(string Name, JobSnapshot Job)> _calls = Channel.CreateUnbounded<(string, JobSnapshot)>();
    int _inside;

    /// <summary>The most calls that ever ran at once.</summary>
    public int AtOnceMax { get; private set; }

    public async Task<(string Name, JobSnapshot Job)> NextAsync()
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        return await _calls.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Calls up to the first of this name.</summary>
    public async Task<IReadOnlyList<(string Name, JobSnapshot Job)>> UntilAsync(string name)
    {
        var calls = new List<(string Name, JobSnapshot Job)>();
        while (calls.Count == 0 || calls[^1].Name != name)
            calls.Add(await NextAsync());
        return calls;
    }

    /// <summary>Whether a call came that was not read yet.</summary>
    public bool HasMore => _calls.Reader.TryPeek(out _);

    public ValueTask<HResult> JobTransferredAsync(HaulJob job) => Note("JobTransferred", job);

    public ValueTask<HResult> JobErrorAsync(HaulJob job, JobErrorSnapshot error) => Note($"JobError {error.Code}", job);

    public ValueTask<HResult> JobModificationAsync(HaulJob job, uint reserved) => Note("JobModification", job);

    public ValueTask<HResult> FileTransferredAsync(HaulJob job, FileSnapshot file) => Note($"FileTransferred {file.Index} {file.IsTransferred}", job);

    async ValueTask<HResult> Note(string name, HaulJob job)
    {
        AtOnceMax = Math.Max(AtOnceMax, Interlocked.Increment(ref _inside));
        try
        {
            _calls.Writer.TryWrite((name, job.Snapshot));
            return act is null ? HResults.S_OK : await act(name);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
