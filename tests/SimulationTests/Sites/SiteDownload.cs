using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>A machine's job for the content of its site, from its making to the file in its place.</summary>
sealed class SiteDownload(Site site, SiteMachine machine, string name = "image")
{
    /// <summary>More than the slowest line needs, with a wait for the next try after each of many failures.</summary>
    static readonly TimeSpan _timeMax = TimeSpan.FromMinutes(90);

    static readonly Caller _owner = new(1000, 1000, "user", false);

    Guid? _id;

    public SiteMachine Machine => machine;

    public string LocalName => $"{SimVolume.Home}/{name}";

    JobSnapshot? Now => machine.Life is { } life && _id is { } id && life.Jobs.Get(_owner, id) is { Succeeded: true } found ? found.Value : null;

    /// <summary>All is here and proved.</summary>
    public bool IsHere => Now?.State == JobState.Transferred;

    /// <summary>Bytes that are here or on their way into a piece.</summary>
    public long Bytes => (long)(Now?.Progress.BytesTransferred ?? 0);

    string Standing => Now is { } now && machine.Life is { } life
        ? $"{now.State}, {Bytes} bytes, {life.Engine.Tools.Buffers.InUse} buffers and {SiteInsides.BuffersOf(life.Engine.Peers!.Hub).InUse} of peers in use, {life.Engine.Peers.Hub.Links.Count} peers"
        : "there is no job";

    public async Task BeginAsync()
    {
        var priority = site.Plan.IsForeground ? JobPriority.Foreground : JobPriority.Normal;
        var outcome = await CallAsync(jobs => jobs.CreateAsync(_owner, new CreateJob
        {
            DisplayName = name,
            Files = [site.Content.Wish(LocalName, machine.Number)],
            Properties = new JobChange { Priority = priority, MinimumRetryDelaySeconds = 5 },
            Resume = true,
        }));
        _id = outcome is { Succeeded: true, Value.Id: var id } ? id : throw new InvalidOperationException($"{machine}: no job was made: {outcome?.Code}");
    }

    /// <summary>Waits for the whole, across lives.</summary>
    public async Task WaitAsync()
    {
        await site.Stage.Until(() => IsHere || Now?.State == JobState.Error, _timeMax, () => $"{machine} has the content: {Standing}");
        if (!IsHere)
            throw new InvalidOperationException($"{machine} failed: {Now!.Error!.Text}");
        site.Stage.Trace.Say($"{machine} has the content");
    }

    /// <summary>Has the file placed; it must be the content.</summary>
    public async Task FinishAsync()
    {
        var reply = await CallAsync(jobs => jobs.CompleteAsync(_owner, _id!.Value));
        if (reply is not { Succeeded: true } || machine.Volume.Find(LocalName) is not { } inode)
            throw new InvalidOperationException($"{machine}: the file was not placed: {reply?.Code}");
        if (!inode.Bytes.SequenceEqual(site.Content.Bytes))
            throw new InvalidOperationException($"{machine}: the file that was placed is not the content");
    }

    public async Task RunAsync()
    {
        await BeginAsync();
        await WaitAsync();
        await FinishAsync();
    }

    async Task<Outcome<T>?> CallAsync<T>(Func<JobManager, Task<Outcome<T>>> call) => machine.Life is { } life ? await life.AnswerAsync(call(life.Jobs)) : null;
}
