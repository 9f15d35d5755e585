using System.Text.Json;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client;

/// <summary>A program's callbacks with an agent: one stream of notifications for all, registered anew whenever the agent comes back.</summary>
/// <param name="http">Carries the stream.</param>
/// <param name="ways">Where calls run and how answers travel; null for the thread pool and the same connections.</param>
sealed class RemoteCallbacks(AgentHttp http, CallbackWays? ways = null) : IAsyncDisposable
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    readonly CallbackWays _ways = ways ?? new CallbackWays(
        call => _ = Task.Run(call),
        (session, answer, cancel) => http.SendAsync(HttpMethod.Post, CallbackWays.PathOf(session), CallbackWays.BodyOf([answer]), cancel));

    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    readonly Dictionary<Guid, RemoteCallback> _registered = [];
    TaskCompletionSource<Outcome<string>> _session = NewSession();
    Task? _running;

    /// <summary>Registers a job's callback in place of any other, or removes it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="callback">Null for none.</param>
    /// <param name="cancel">Stops waiting for the agent.</param>
    /// <param name="ended">Told once, when the callback is registered no more, or was refused, and no call of it runs or waits.</param>
    public async Task<Failure?> SetAsync(Guid job, JobCallback? callback, CancellationToken cancel, Action? ended = null)
    {
        if (callback is null)
        {
            Forget(job, isReplaced: true);
            return (await http.SendAsync(HttpMethod.Delete, $"/v1/jobs/{job}/callback", null, _json.JobReply, cancel)).Failure;
        }
        var session = await SessionAsync().WaitAsync(cancel);
        if (!session.Succeeded)
        {
            ended?.Invoke();
            return session.Failure;
        }
        var (mine, before) = (new RemoteCallback(callback, _ways, ended), (RemoteCallback?)null);
        lock (_gate)
        {
            _registered.TryGetValue(job, out before);
            _registered[job] = mine;
        }
        var failure = await RegisterAsync(job, session.Value, cancel);
        // A stream that broke meanwhile registers all that is here when it is back.
        if (failure is null || failure.Code == E_NOT_SET)
        {
            before?.End(isReplaced: true);
            return null;
        }
        lock (_gate)
        {
            // What was registered before still is, unless another has come meanwhile.
            if (_registered.GetValueOrDefault(job) == mine)
                Restore_NeedsLock(job, before);
        }
        mine.End(isReplaced: true);
        return failure;
    }

    /// <summary>The job was completed or cancelled: where nothing more is told of it, its callback is let go.</summary>
    public void Ended(JobSnapshot job)
    {
        if (job.State.IsFinal() && (job.NotifyFlags & (NotifyFlags.JobModification | NotifyFlags.Disable)) != NotifyFlags.JobModification)
            Forget(job.Id);
    }

    void Restore_NeedsLock(Guid job, RemoteCallback? before)
    {
        if (before is null)
            _registered.Remove(job);
        else
            _registered[job] = before;
    }

    void Forget(Guid job, bool isReplaced = false)
    {
        RemoteCallback? callback;
        lock (_gate)
            _registered.Remove(job, out callback);
        callback?.End(isReplaced);
    }

    /// <summary>The session of the open stream; the stream is opened with the first callback.</summary>
    Task<Outcome<string>> SessionAsync()
    {
        lock (_gate)
        {
            _running ??= Task.Run(RunAsync);
            return _session.Task;
        }
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var failure = await TryListenAsync() ?? http.NoAgent("the stream of notifications broke");
                lock (_gate)
                {
                    // Whoever waits for a stream is told; the next one waits for the next try.
                    _session.TrySetResult(failure);
                    _session = NewSession();
                }
                await Task.Delay(RemoteAgent.RetryDelay, TimeProvider.System, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    async Task<Failure?> TryListenAsync()
    {
        try
        {
            return await ListenAsync();
        }
        catch (JsonException e)
        {
            return new Failure(E_UNEXPECTED, $"A notification of the agent cannot be understood ({e.Message}); are agent and program of different versions?");
        }
    }

    /// <summary>One stream, from its opening to its end.</summary>
    async Task<Failure?> ListenAsync()
    {
        var opened = await http.OpenStreamAsync("/v1/notifications", null, _stop.Token);
        if (!opened.Succeeded)
            return opened.Failure;
        using var stream = opened.Value;
        if (await stream.NextAsync(_stop.Token) is not { Kind: "session" } first)
            return null;
        var session = JsonSerializer.Deserialize(first.Data, _json.NotificationSession)!.Session;
        if (await RegisterAllAsync(session) is { } failure)
            return failure;
        _session.TrySetResult(session);
        while (await stream.NextAsync(_stop.Token) is { } next)
        {
            if (next.Kind == "notification")
                Call(session, JsonSerializer.Deserialize(next.Data, _json.Notification)!);
        }
        return null;
    }

    async Task<Failure?> RegisterAllAsync(string session)
    {
        Guid[] jobs;
        lock (_gate)
            jobs = [.. _registered.Keys];
        foreach (var job in jobs)
        {
            var failure = await RegisterAsync(job, session, _stop.Token);
            if (failure?.Code == DO_E_NO_SERVICE || failure?.Code == E_NOT_SET)
                return failure;
            // The job ended while the agent was away, or is another's now.
            if (failure is not null)
                Forget(job);
        }
        return null;
    }

    async Task<Failure?> RegisterAsync(Guid job, string session, CancellationToken cancel) => (await http.SendAsync(
        HttpMethod.Put, $"/v1/jobs/{job}/callback", new CallbackRegistration(session), _json.CallbackRegistration, _json.JobReply, cancel)).Failure;

    void Call(string session, Notification notification)
    {
        RemoteCallback? callback;
        lock (_gate)
            _registered.TryGetValue(notification.Job.Id, out callback);
        callback?.Call(session, notification, _stop.Token);
        if (notification.Job.State.IsFinal())
            Forget(notification.Job.Id);
    }

    static TaskCompletionSource<Outcome<string>> NewSession() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Closes the stream. A callback that runs is not waited for: it may be what calls this.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        await _stop.CancelAsync();
        lock (_gate)
            running = _running;
        if (running is not null)
            await running;
    }
}
