using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.World;

/// <summary>The callbacks of one job, whose calls are answered when the test says so.</summary>
sealed class CallbackRig
{
    static readonly Caller _ann = new(1, 1, "ann", false);

    readonly Loop _loop = new();
    readonly JobCallbacks _callbacks;
    readonly Queue<TaskCompletionSource<HResult>> _open = [];

    public CallbackRig(NotifyFlags flags = NotifyFlags.JobTransferred | NotifyFlags.JobError | NotifyFlags.JobModification | NotifyFlags.FileTransferred)
    {
        _callbacks = new JobCallbacks(Time, new Random(1), _loop.Post, static _ => { });
        Job = new Job(Guid.NewGuid(), _ann, "test", Time.GetUtcNow()) { NotifyFlags = flags };
    }

    public FakeTimeProvider Time { get; } = new();

    public Job Job { get; }

    /// <summary>What the callback was told, in order, whether it has answered or not.</summary>
    public List<Notification> Heard { get; } = [];

    /// <summary>Answers every call at once with this, while it is set.</summary>
    public HResult? Always { get; set; }

    public IEnumerable<NotificationKind> Kinds => Heard.Select(one => one.Kind);

    /// <summary>Ends when the registration ends.</summary>
    public CancellationToken Gone { get; private set; }

    public CallbackRig Registered()
    {
        Register(CallAsync);
        return this;
    }

    public void Register(JobCallback? callback) => Do(() => _callbacks.Register(Job, _ann, callback, Job.Snapshot()));

    /// <summary>Registers while a change of state is booked and not committed.</summary>
    public void RegisterBefore(JobState next)
    {
        var committed = Job.Snapshot();
        Job.State = next;
        Do(() => _callbacks.Register(Job, _ann, CallAsync, committed));
    }

    /// <summary>The job went to a state, and that was committed.</summary>
    public void Enter(JobState state)
    {
        Job.State = state;
        Tell(JobEventKind.State);
    }

    public void Tell(JobEventKind kind) => Do(() => _callbacks.Tell(Job, kind, Job.Snapshot()));

    public void TellFile(int file)
    {
        _callbacks.TellFile(Job, file);
        Tell(JobEventKind.Files);
    }

    public void Forget()
    {
        _callbacks.Forget(Job);
        Tell(JobEventKind.State);
    }

    /// <summary>The job is final, and that is booked and not committed.</summary>
    public void ForgetBefore(JobState last)
    {
        Job.State = last;
        Do(() => _callbacks.Forget(Job));
    }

    public void Remove(JobCallback callback) => Do(() => _callbacks.Remove(Job.Id, callback));

    /// <summary>The job has another owner now.</summary>
    public void GiveTo(Caller owner)
    {
        Job.Owner = owner;
        Do(() => _callbacks.RemoveStranger(Job));
    }

    public void EndAll() => _callbacks.EndAll();

    /// <summary>The oldest call that is not answered yet returns.</summary>
    public void Answer(HResult code) => Finish(call => call.SetResult(code));

    public void Throw(Exception exception) => Finish(call => call.SetException(exception));

    public void Pass(TimeSpan time)
    {
        Time.Advance(time);
        _loop.RunUntilIdle();
    }

    void Do(Action what)
    {
        _loop.Post(what);
        _loop.RunUntilIdle();
    }

    void Finish(Action<TaskCompletionSource<HResult>> how)
    {
        how(_open.Dequeue());
        _loop.RunUntilIdle();
    }

    Task<HResult> CallAsync(Notification notification, CancellationToken gone)
    {
        Heard.Add(notification);
        Gone = gone;
        if (Always is { } code)
            return Task.FromResult(code);
        var call = new TaskCompletionSource<HResult>();
        _open.Enqueue(call);
        return call.Task;
    }
}
