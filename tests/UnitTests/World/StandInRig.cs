using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.World;

/// <summary>A stand-in for callbacks in a world of jobs, whose calls are answered when the test says so.</summary>
sealed class StandInRig : IDisposable
{
    /// <summary>The notification class of its jobs.</summary>
    public static readonly Guid Class = new("11111111-2222-3333-4444-555555555555");

    readonly Queue<TaskCompletionSource<HResult>> _open = [];

    public JobWorld World { get; } = new();

    /// <summary>What it was told, in order, whether it has answered or not.</summary>
    public List<Notification> Heard { get; } = [];

    /// <summary>Answers every call at once with this; null to let calls wait.</summary>
    public HResult? Always { get; set; } = HResults.S_OK;

    /// <summary>Where the file of the last job comes from.</summary>
    public string LastUrl { get; private set; } = "";

    /// <summary>Makes it, or another, the stand-in from now on.</summary>
    public void StandIn(JobCallback? callback = null) => World.BeginTogether(jobs => jobs.SetStandIn(callback ?? CallAsync));

    /// <summary>A new job of Ann's that has come to a state.</summary>
    public Guid JobIn(JobState state, NotifyFlags flags = NotifyFlags.JobTransferred | NotifyFlags.JobError, JobCallback? withCallback = null, bool hasClass = true)
    {
        var file = JobWorld.File(Guid.NewGuid().ToString());
        LastUrl = file.RemoteName;
        if (state == JobState.Transferred)
            World.Origin.Serve(LastUrl);
        var properties = new JobChange { NotificationClsid = hasClass ? Class : null, NotifyFlags = flags };
        var job = World.TryCreate(new CreateJob { DisplayName = "test", Files = [file], Properties = properties }).Value!.Id;
        if (withCallback is not null)
            World.Ask(jobs => jobs.SetCallbackAsync(World.Ann, job, withCallback));
        World.Ask(jobs => jobs.ResumeAsync(World.Ann, job));
        return job;
    }

    public void SetClass(Guid job, Guid clsid) => World.Ask(jobs => jobs.ChangeAsync(World.Ann, job, new JobChange { NotificationClsid = clsid }));

    /// <summary>The oldest call that is not answered yet returns.</summary>
    public void Answer(HResult code) => World.BeginTogether(_ => _open.Dequeue().SetResult(code));

    public void PassAnHour() => World.Pass(TimeSpan.FromHours(1), step: TimeSpan.FromMinutes(1));

    public double SecondsToNext()
    {
        var count = Heard.Count;
        var seconds = 0;
        for (; Heard.Count == count && seconds < 3600; seconds++)
            World.Pass(TimeSpan.FromSeconds(1), step: TimeSpan.FromSeconds(1));
        return seconds;
    }

    Task<HResult> CallAsync(Notification notification, CancellationToken gone)
    {
        Heard.Add(notification);
        if (Always is { } code)
            return Task.FromResult(code);
        var call = new TaskCompletionSource<HResult>();
        _open.Enqueue(call);
        return call.Task;
    }

    public void Dispose() => World.Dispose();
}
