using System.Globalization;
using System.Runtime.Versioning;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Commands;

/// <summary>Stands in for callbacks: starts the command that the administrator registered for a job's notification class, as the job's owner.</summary>
/// <remarks>
/// To the jobs it is a callback like any other, and a command's exit code is the answer. The jobs see to it that one is called at a time for
/// a job, only while nobody else listens, and again when it failed (decision 18).
/// </remarks>
[SupportedOSPlatform("linux")]
sealed class NotificationCommands(JobManager jobs, CommandOptions options, AgentStatus agent, ILogger log) : IAsyncDisposable
{
    /// <summary>The runtime of the starter leaves nothing in /tmp: it becomes another program before it could clear up.</summary>
    const string NoDiagnostics = "DOTNET_EnableDiagnostics=0";

    readonly CommandSlots _slots = new(options.Limits);
    readonly CommandRegistrations _registrations = new(options.Directory, agent.IsSystem, TimeProvider.System, log);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    readonly Dictionary<CommandRun, Task<CommandEnd>> _running = [];

    /// <summary>Begins with what is due.</summary>
    public void Start() => jobs.SetStandIn(TellAsync);

    async Task<HResult> TellAsync(Notification notification, CancellationToken gone)
    {
        var uid = notification.Job.Owner.Uid;
        await _slots.TakeAsync(uid, _stop.Token);
        try
        {
            // By now the job may have gone on, or have somebody who listens.
            var due = await jobs.DueAsync(notification.Job.Id);
            if (!due.Succeeded)
                return due.Code;
            return _registrations.Find(due.Value.Job.NotificationClsid!.Value) is { } command ? await RunAsync(command, due.Value) : E_NOT_SET;
        }
        finally
        {
            _slots.Give(uid);
        }
    }

    async Task<HResult> RunAsync(CommandRegistration command, DueNotification due)
    {
        var (job, program) = (due.Job.Id, command.Program);
        var output = new CommandOutput(options.Limits, line => CommandLog.Says(log, program, job, line));
        var run = new CommandRun(WordsOf(command, due), StarterEnvironment(), options.Limits, output);
        Task<CommandEnd> running;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return E_ABORT;
            CommandLog.Starts(log, due.Kind, job, program, due.Owner.Name);
            _running.Add(run, running = run.RunAsync());
        }
        var end = await EndAsync(run, running);
        if (run.SignalError is not Errno.None and var error)
            CommandLog.CannotEnd(log, program, job, error.ToString());
        if (end.IsGood)
            CommandLog.EndedWell(log, program, job);
        else
            CommandLog.Failed(log, program, job, _stop.IsCancellationRequested ? "was ended since the agent stops" : end.ToString());
        return end.IsGood ? S_OK : E_FAIL;
    }

    async Task<CommandEnd> EndAsync(CommandRun run, Task<CommandEnd> running)
    {
        try
        {
            return await running;
        }
        finally
        {
            lock (_gate)
                _running.Remove(run);
        }
    }

    string[] WordsOf(CommandRegistration command, DueNotification due) =>
    [
        .. options.Starter, RunAs.Verb, Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        due.Owner.Uid.ToString(CultureInfo.InvariantCulture), due.Owner.Gid.ToString(CultureInfo.InvariantCulture),
        .. CommandEnvironment.Of(due, agent.SocketPath), RunAs.EndOfVariables, .. command.Words,
    ];

    /// <summary>The agent's own variables, for the program that becomes the command: it finds its runtime by them, and passes none of them on.</summary>
    static List<string> StarterEnvironment()
    {
        var variables = new List<string> { NoDiagnostics };
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }

    /// <summary>Starts no more, and ends what runs: asked first, then killed. What was not acknowledged is told again when an agent runs again.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<CommandEnd>[] running;
        lock (_gate)
        {
            // Inside, so that none is started behind it; not the other way of it, which hops to other threads.
            _stop.Cancel();
            running = [.. _running.Values];
        }
        foreach (var isKill in new[] { false, true })
        {
            lock (_gate)
            {
                foreach (var run in _running.Keys)
                    run.Stop(isKill);
            }
            await Task.WhenAny(Task.WhenAll(running), Task.Delay(options.Limits.Grace, TimeProvider.System));
        }
    }
}
