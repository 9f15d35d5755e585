using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Haul.Protocol.Contract;
using Haul.Tracker.Groups;
using Haul.Tracker.Memory;
using Haul.Tracker.Pacing;
using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;
using Haul.Tracker.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker;

/// <summary>The tracker: tells agents of each other for as long as it runs.</summary>
sealed class TrackerHost : IAsyncDisposable
{
    // Files of groups and certificates are looked at this often: what an administrator changes is soon so.
    static readonly TimeSpan _lookInterval = TimeSpan.FromSeconds(5);

    readonly TrackerParts _parts;
    readonly WebApplication _server;
    readonly CancellationTokenSource _end = new();
    Task _chores = Task.CompletedTask;
    bool _isStarted;
    bool _isStopped;

    TrackerHost(TrackerParts parts) => (_parts, _server) = (parts, TrackerServer.Build(parts));

    public static string Version { get; } = typeof(TrackerHost).Assembly.GetName().Version!.ToString(3);

    /// <summary>Where it answers, with the ports that were free.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [.. _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];

    /// <summary>Runs until SIGTERM, SIGINT or the token; reads its files again at SIGHUP. Returns the exit code of the process, see <see cref="TrackerExit"/>.</summary>
    public static async Task<int> RunAsync(TrackerOptions options, CancellationToken stopping = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.TrySetResult();
        }

        // Before it says that it answers: from then on it may be told to read its files again.
        TrackerHost? running = null;
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Volatile.Read(ref running)?.Reload();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var token = stopping.Register(() => asked.TrySetResult());
        var started = await StartAsync(options);
        if (!started.Succeeded)
            return TrackerExit.CannotStart;
        await using var tracker = started.Value;
        Volatile.Write(ref running, tracker);
        options.Ready?.Invoke();
        await asked.Task;
        return TrackerExit.Stopped;
    }

    /// <summary>Starts a tracker; it answers when this returns.</summary>
    public static async Task<Outcome<TrackerHost>> StartAsync(TrackerOptions options)
    {
        var lines = options.Log.CreateLogger("Haul.Tracker");
        var started = await TryStartAsync(options, lines);
        if (!started.Succeeded)
            TrackerLog.Refused(lines, started.Failure.ToString());
        return started;
    }

    static async Task<Outcome<TrackerHost>> TryStartAsync(TrackerOptions options, ILogger lines)
    {
        GroupWatch? groups = null;
        CertificateFiles? certificate = null;
        if (options.GroupsPath is { } groupsPath)
        {
            var opened = GroupWatch.Open(groupsPath, lines);
            if (!opened.Succeeded)
                return opened.Failure;
            groups = opened.Value;
        }
        if (options.Listens.Any(listen => listen.IsSecure))
        {
            if (options.CertificatePath is not { } path || options.KeyPath is not { } key)
                return new Failure(E_INVALIDARG, "https needs a certificate and its key; without TLS the tracker listens only where http is asked for");
            var opened = CertificateFiles.Open(path, key, lines);
            if (!opened.Succeeded)
                return opened.Failure;
            certificate = opened.Value;
        }
        var register = await OpenRegisterAsync(options, groups, lines);
        if (!register.Succeeded)
            return register.Failure;
        var tracker = new TrackerHost(new TrackerParts
        {
            Options = options,
            Register = register.Value,
            Groups = groups,
            Certificate = certificate,
            Lines = lines,
            Pace = new Pace(options.Limits, options.Interval, options.Time),
            AddressRate = new AddressRate(options.Limits, options.Time),
        });
        return await tracker.ListenAsync() is { } refused ? refused : tracker;
    }

    static async Task<Outcome<ISwarmRegister>> OpenRegisterAsync(TrackerOptions options, GroupWatch? groups, ILogger lines)
    {
        var swarms = new MemorySwarms(options.Limits.PeersMax, RandomNumberGenerator.GetInt32(int.MaxValue));
        if (options.Redis is null)
            return swarms;
        var journal = await Journal.OpenAsync(options.Redis, options.RedisPassword);
        if (!journal.Succeeded)
            return journal.Failure;
        bool IsServed(UInt128 group) => group == Admission.Anonymous ? options.IsOpen : groups?.Groups.Find(group) is not null;
        return await SharedSwarms.StartAsync(swarms, journal.Value, IsServed, options.Time, lines);
    }

    async Task<Failure?> ListenAsync()
    {
        try
        {
            await _server.StartAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await DisposeAsync();
            var isTaken = e is IOException { InnerException: AddressInUseException };
            return new Failure(isTaken ? ERROR_BUSY : E_ACCESSDENIED, $"The tracker cannot listen at {string.Join(" and ", _parts.Options.Listens)}: {e.Message}{(isTaken ? "; end the other program, or give another address with --listen" : "")}");
        }
        _isStarted = true;
        _chores = DoChoresAsync(_end.Token);
        var groups = (_parts.Groups, _parts.Options.IsOpen) switch
        {
            (null, _) => "everyone",
            ({ } watch, true) => $"{watch.Groups.Count} groups and everyone",
            ({ } watch, false) => $"{watch.Groups.Count} groups",
        };
        TrackerLog.Started(_parts.Lines, Version, string.Join(" and ", Addresses.Select(address => address.GetLeftPart(UriPartial.Authority))), _parts.Options.Redis is null ? "memory" : "memory, shared over a Redis,", groups);
        return null;
    }

    // What has to be done where nobody calls.
    async Task DoChoresAsync(CancellationToken end)
    {
        var time = _parts.Options.Time;
        using var timer = new PeriodicTimer(TrackerLimits.SweepInterval, time);
        var lookAt = time.GetUtcNow() + _lookInterval;
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                var now = time.GetUtcNow();
                _parts.Register.Sweep((uint)now.ToUnixTimeSeconds());
                if (now < lookAt)
                    continue;
                lookAt = now + _lookInterval;
                _parts.Groups?.Look();
                _parts.Certificate?.Look();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It stops.
        }
    }

    void Reload()
    {
        _parts.Groups?.Reload();
        _parts.Certificate?.Reload();
    }

    /// <summary>Stops; announces under way are answered first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        if (_isStarted)
            TrackerLog.Stopping(_parts.Lines);
        await _end.CancelAsync();
        await _chores;
        using var patience = new CancellationTokenSource(_parts.Options.Limits.StopTimeout, TimeProvider.System);
        await ((IHost)_server).StopAsync(patience.Token);
        await _server.DisposeAsync();
        await _parts.Register.DisposeAsync();
        _end.Dispose();
        if (_isStarted)
            TrackerLog.Stopped(_parts.Lines);
    }
}

/// <summary>How a tracker's process ends, in the numbers of sysexits.h.</summary>
static class TrackerExit
{
    /// <summary>It was asked to stop.</summary>
    public const int Stopped = 0;

    /// <summary>EX_CANTCREAT: it cannot listen, or one of its files is of no use.</summary>
    public const int CannotStart = 73;
}
