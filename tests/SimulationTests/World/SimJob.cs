using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.SimulationTests.World;

/// <summary>A job as the program that made it handles and knows it.</summary>
/// <remarks>Each call gives null when the engine went before it answered.</remarks>
sealed class SimJob(SimWorld world, Caller owner, string name)
{
    public string Name => name;

    public Caller Owner => owner;

    /// <summary>Null until its creation was answered.</summary>
    public Guid? Id { get; set; }

    public List<SimWish> Wishes { get; } = [];

    public SimKnown Known { get; } = new();

    /// <summary>The callback that is registered in this life, or was last.</summary>
    public SimCallback? Callback { get; private set; }

    /// <summary>The job as the engine shows it now; null without an engine, or when it is not found.</summary>
    public JobSnapshot? Now => world.Life is { } life && Id is { } id && life.Jobs.Get(owner, id) is { Succeeded: true } found ? found.Value : null;

    public JobState? State => Now?.State;

    public async Task<Outcome<JobSnapshot>?> CreateAsync(CreateJob asked, params SimWish[] wishes)
    {
        Array.ForEach(wishes, world.Watch.Placed.Expect);
        var outcome = await Call(jobs => jobs.CreateAsync(owner, asked with { DisplayName = name, Files = [.. wishes.Select(wish => wish.Asked)] }));
        if (outcome is { Succeeded: true, Value.Id: var id })
        {
            Id = id;
            if (asked.Resume)
                Known.SendResume();
            if (asked.Properties is { } properties)
                Known.Answered(properties);
            Added(wishes);
        }
        return outcome;
    }

    public async Task<HResult?> AddAsync(params SimWish[] wishes)
    {
        Array.ForEach(wishes, world.Watch.Placed.Expect);
        Known.IsAdding = true;
        var outcome = await Call(jobs => jobs.AddFilesAsync(owner, Id!.Value, [.. wishes.Select(wish => wish.Asked)]));
        if (outcome is null)
            return null;
        Known.IsAdding = false;
        if (outcome.Value.Succeeded)
            Added(wishes);
        return outcome.Value.Code;
    }

    void Added(SimWish[] wishes)
    {
        foreach (var wish in wishes)
            Known.AddRemoteName(Wishes.Count + Array.IndexOf(wishes, wish), wish.Asked.RemoteName);
        Wishes.AddRange(wishes);
        Known.Files += wishes.Length;
    }

    public async Task<HResult?> ResumeAsync()
    {
        Known.SendResume();
        var code = await On((jobs, id) => jobs.ResumeAsync(owner, id));
        Known.ResumeEnded();
        return code;
    }

    public async Task<HResult?> SuspendAsync()
    {
        var suspended = Known.BeginSuspend();
        var code = await On((jobs, id) => jobs.SuspendAsync(owner, id));
        if (code is { Succeeded: true } && State is JobState.Suspended)
            suspended();
        return code;
    }

    public Task<HResult?> CompleteAsync() => EndAsync((jobs, id) => jobs.CompleteAsync(owner, id));

    public Task<HResult?> CancelAsync() => EndAsync((jobs, id) => jobs.CancelAsync(owner, id));

    async Task<HResult?> EndAsync(Func<JobManager, Guid, Task<Outcome<JobReply>>> call)
    {
        Known.IsEndSent = true;
        var code = await On(call);
        Known.IsEnded |= code is { Succeeded: true };
        return code;
    }

    public async Task<HResult?> ChangeAsync(JobChange change)
    {
        Known.Send(change);
        var code = await On((jobs, id) => jobs.ChangeAsync(owner, id, change));
        if (code is { Succeeded: true })
            Known.Answered(change);
        return code;
    }

    public async Task<HResult?> SetRemoteNameAsync(int file, SimContent content)
    {
        Wishes[file].Remotes.Add(content);
        Known.SendRemoteName(file, content.Url);
        var code = await On((jobs, id) => jobs.SetRemoteNameAsync(owner, id, file, content.Url));
        if (code is { Succeeded: true })
            Known.SetRemoteName(file, content.Url);
        return code;
    }

    public async Task<HResult?> ListenAsync(SimCallback? callback)
    {
        Callback = callback;
        return await On((jobs, id) => jobs.SetCallbackAsync(owner, id, callback is null ? null : callback.CallAsync));
    }

    public async Task<IReadOnlyList<FileSnapshot>?> FilesAsync() => (await Call(jobs => jobs.FilesAsync(owner, Id!.Value)))?.Value;

    /// <summary>Holds the engine's record of the job against what its program was told.</summary>
    public async Task VerifyAsync()
    {
        var (now, files) = (Now, await FilesAsync());
        if (Now is null || world.Life is null || now?.Sequence != Now.Sequence)
            return;
        if (files is not null && Known.Contradiction(Now, files) is { } wrong)
            world.Break($"{name}: {wrong}");
    }

    /// <summary>Waits for a state; another end is a failure that shows the job's error.</summary>
    public async Task Until(JobState state, TimeSpan within)
    {
        await world.Until(() => State == state || State is JobState.Error or JobState.Transferred, within, $"{name} is {state}");
        if (State != state)
            throw new InvalidOperationException($"{name} is {State}, not {state}: {Now?.Error?.Text}");
    }

    async Task<HResult?> On(Func<JobManager, Guid, Task<Outcome<JobReply>>> call)
    {
        var outcome = await Call(jobs => call(jobs, Id!.Value));
        return outcome is { Succeeded: true, Value: var reply } ? reply.Code : outcome?.Code;
    }

    async Task<Outcome<T>?> Call<T>(Func<JobManager, Task<Outcome<T>>> call)
    {
        if (world.Life is not { } life)
            return null;
        var outcome = await life.AnswerAsync(call(life.Jobs));
        return outcome is { Failure.Code: var code } && code == HResults.DO_E_NO_SERVICE ? null : outcome;
    }
}
