using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Haul.Agent.Commands;
using Haul.Agent.Connections;
using Haul.Agent.RestCompat;
using Haul.Agent.Streams;
using Haul.Engine;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent;

/// <summary>The daemon: one engine behind the local API.</summary>
/// <remarks>
/// Takes the state and the name of the socket before anything else, and lets go of them last, so that a second agent never touches
/// either. Stops from the outside in: new calls are refused, calls under way finish, transfers stop, streams say what is left to say.
/// </remarks>
sealed class AgentHost : IAsyncDisposable
{
    readonly AgentSocket _socket;
    readonly HaulEngine _engine;
    readonly LineLog _log;
    readonly ILogger _lines;
    readonly CallGate _gate = new();
    readonly CancellationTokenSource _streamsEnd = new();
    readonly AgentOptions _options;
    readonly WebApplication _server;
    RestServer? _rest;
    NotificationCommands? _commands;
    bool _isStopped;

    AgentHost(AgentOptions options, string stateDirectory, AgentSocket socket, HaulEngine engine, LineLog log)
    {
        (_socket, _engine, _log, _options) = (socket, engine, log, options);
        _lines = log.CreateLogger("Haul.Agent");
        Identity = new AgentStatus(
            typeof(AgentHost).Assembly.GetName().Version!.ToString(3), Environment.ProcessId, PeerCredentials.Current().Uid, options.IsSystem,
            socket.Path, stateDirectory, TimeProvider.System.GetUtcNow(), new Dictionary<JobState, int>(), 0, 0);
        _server = AgentServer.Build(new AgentParts
        {
            Options = options,
            Socket = socket,
            Jobs = engine.Jobs,
            Downloads = engine.Downloads,
            Identity = Identity,
            Peers = () => engine.PeerStatus,
            Log = log,
            Gate = _gate,
            Streams = new StreamPlace(options.Limits, TimeProvider.System, _streamsEnd.Token),
            Epoch = RandomNumberGenerator.GetHexString(12, lowercase: true),
        });
    }

    /// <summary>What does not change while it runs.</summary>
    public AgentStatus Identity { get; }

    /// <summary>The port of the REST interface, where that is served.</summary>
    public int? RestPort => OperatingSystem.IsWindows() ? null : _rest?.Port;

    /// <summary>The server, to be asked for its routes.</summary>
    public WebApplication Server => _server;

    /// <summary>The engine's jobs.</summary>
    public JobManager Jobs => _engine.Jobs;

    /// <summary>Runs until SIGTERM, SIGINT or the token; returns the exit code of the process, see <see cref="AgentExit"/>.</summary>
    public static async Task<int> RunAsync(AgentOptions options, CancellationToken stopping = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var token = stopping.Register(() => asked.TrySetResult());
        var started = await StartAsync(options);
        return started.Succeeded ? await started.Value.RunAsync(asked.Task) : AgentExit.Of(started.Failure);
    }

    /// <summary>Starts an agent; it answers when this returns.</summary>
    public static async Task<Outcome<AgentHost>> StartAsync(AgentOptions options)
    {
        var log = options.Log is null ? LineLog.ToStandardError() : new LineLog(options.Log, isForJournal: false);
        var started = await TryStartAsync(options, log);
        if (!started.Succeeded)
            AgentLog.Refused(log.CreateLogger("Haul.Agent"), started.Failure.ToString());
        return started;
    }

    static async Task<Outcome<AgentHost>> TryStartAsync(AgentOptions options, LineLog log)
    {
        var stateDirectory = Path.GetFullPath(options.StateDirectory ?? AgentPaths.StateOf(options.IsSystem));
        if (HaulEngine.Open(stateDirectory, options.Policy, out var engine, log.CreateLogger("Haul.Peers")) is { } failure)
            return failure;
        var socket = AgentSocket.Take(options.SocketPath ?? AgentPaths.SocketOf(options.IsSystem), options.IsSystem);
        if (!socket.Succeeded)
        {
            await engine!.DisposeAsync();
            return socket.Failure;
        }
        var agent = new AgentHost(options, stateDirectory, socket.Value, engine!, log);
        return await agent.ListenAsync() is { } refused ? refused : agent;
    }

    async Task<Failure?> ListenAsync()
    {
        try
        {
            await _server.StartAsync();
            _socket.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await DisposeAsync();
            return new Failure(E_ACCESSDENIED, $"The agent cannot listen at {_socket.Path}: {e.Message}");
        }
        if (StartRest() is { } refused)
        {
            await DisposeAsync();
            return refused;
        }
        StartCommands();
        AgentLog.Started(_lines, Identity.Version, Identity.SocketPath, Identity.StateDirectory);
        return null;
    }

    Failure? StartRest()
    {
        if (_options.Rest is null)
            return null;
        if (OperatingSystem.IsWindows())
            return new Failure(E_NOTIMPL, "The REST interface is that of the agent for Linux; Windows has none");
        var started = RestServer.Start(_options.Rest, _engine.Downloads, _lines);
        _rest = started.Value;
        return started.Failure;
    }

    void StartCommands()
    {
        if (_options.Commands is null || !OperatingSystem.IsLinux())
            return;
        _commands = new NotificationCommands(_engine.Jobs, _options.Commands, Identity, _lines);
        _commands.Start();
    }

    async Task<int> RunAsync(Task asked)
    {
        Systemd.Tell(Systemd.Ready);
        await Task.WhenAny(asked, _engine.Running);
        Systemd.Tell(Systemd.Stopping);
        try
        {
            await DisposeAsync();
            return AgentExit.Stopped;
        }
        catch (Exception e) when (_engine.Running.IsFaulted)
        {
            AgentLog.EngineFailed(_lines, e);
            return AgentExit.Failed;
        }
    }

    /// <summary>Stops; jobs stay on record as they are and go on when an agent runs again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        AgentLog.Stopping(_lines);
        using var cutOff = new CancellationTokenSource(_options.Limits.StopTimeout);
        if (_rest is not null && !OperatingSystem.IsWindows())
            await _rest.DisposeAsync();
        if (_commands is not null && OperatingSystem.IsLinux())
            await _commands.DisposeAsync();
        var calls = _gate.CloseAsync();
        if (await Task.WhenAny(calls, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cutOff.Token)) != calls)
            AgentLog.CutOff(_lines, _options.Limits.StopTimeout.TotalSeconds);
        await _engine.DisposeAsync();
        await _streamsEnd.CancelAsync();

        // Readers who do not read are cut off.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        await ((IHost)_server).StopAsync(patience.Token);
        await _server.DisposeAsync();
        _socket.Dispose();
        AgentLog.Stopped(_lines);
        _log.Dispose();
        _streamsEnd.Dispose();
    }
}

/// <summary>How an agent's process ends, in the numbers of sysexits.h.</summary>
static class AgentExit
{
    /// <summary>It was asked to stop.</summary>
    public const int Stopped = 0;

    /// <summary>EX_UNAVAILABLE: another agent has the state or the socket. Starting it again does not help.</summary>
    public const int InUse = 69;

    /// <summary>EX_SOFTWARE: the engine failed inside.</summary>
    public const int Failed = 70;

    /// <summary>EX_CANTCREAT: the state or the socket cannot be made.</summary>
    public const int CannotStart = 73;

    /// <summary>The number for a start that failed.</summary>
    public static int Of(Failure failure) => failure.Code == ERROR_SHARING_VIOLATION ? InUse : CannotStart;
}
