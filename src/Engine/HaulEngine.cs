using Haul.Engine.Downloads;
using Haul.Engine.Jobs;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Store;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Haul.Engine;

/// <summary>The whole data path in one place: every part is built here, in the order in which bytes pass them.</summary>
sealed class HaulEngine : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly EngineParts _parts;
    readonly IDisposable[] _owned;
    readonly Task _running;
    readonly CancellationTokenSource _stopPeers = new();
    readonly Task _peersRunning;

    public HaulEngine(EngineParts parts, params IDisposable[] owned)
    {
        (_parts, _owned) = (parts, owned);
        Peers = EnginePeers.Of(parts);
        Tools = new TransferTools(parts.Disk, new PieceBuffers(), parts.Workers, new OriginSlots(), parts.Time)
        {
            Peers = Peers?.Hub,
            Random = parts.Random,
            Checkpoints = parts.Checkpoints,
            Keep = Peers is null ? null : Peers.Kept.Keep,
            KeptLength = Peers is null ? static _ => null : Peers.Kept.LengthOf,
        };
        Jobs = new JobManager(parts.Store, Tools, parts.OpenHttp, parts.Policy, parts.Random);
        Downloads = new DownloadCalls(Jobs, parts.Disk, parts.Policy);
        _running = Jobs.RunAsync(_stop.Token);
        _peersRunning = Peers?.RunAsync(_stopPeers.Token) ?? Task.CompletedTask;
    }

    public JobManager Jobs { get; }

    /// <summary>What other agents see of it, or null.</summary>
    public EnginePeers? Peers { get; }

    /// <summary>What it exchanges with peers, now and since it started.</summary>
    public PeerStatus PeerStatus => PeerReport.Of(Peers?.Hub, Peers?.Tracker, _parts.Policy().Peers);

    /// <summary>The jobs that are downloads of one file, told by properties.</summary>
    public DownloadCalls Downloads { get; }

    /// <summary>What transfers share: all of it is given back when the engine has stopped.</summary>
    public TransferTools Tools { get; }

    /// <summary>Completes when the engine has stopped; faults if a bug ended it.</summary>
    public Task Running => _running;

    /// <summary>An engine over this machine's network and disk, with its state in a directory that it alone uses.</summary>
    /// <param name="stateDirectory">Made where missing, for its owner only.</param>
    /// <param name="policy">What the administrator allows, now.</param>
    /// <param name="engine">The running engine.</param>
    /// <param name="log">Told what happens among peers, or null.</param>
    public static Failure? Open(string stateDirectory, Func<Policy> policy, out HaulEngine? engine, ILogger? log = null)
    {
        engine = null;
        if (EngineState.Take(stateDirectory, out var state) is { } failure)
            return failure;
        var http = new SystemHttp();
        if (PeerParts.OfThisMachine(stateDirectory, policy().Peers, http, log ?? NullLogger.Instance, out var peers) is { } refused)
        {
            http.Dispose();
            state!.Dispose();
            return refused;
        }
        var disk = LocalDisk.OfThisMachine(TimeProvider.System);
        engine = new HaulEngine(new EngineParts
        {
            Time = TimeProvider.System,
            Disk = disk,
            Checkpoints = CheckpointDirectory.Open(stateDirectory, TimeProvider.System.GetUtcNow()) is { } checkpoints ? new Checkpoints(disk, checkpoints, PeerCredentials.Current()) : null,
            OpenHttp = http.TryGet,
            Workers = new Workers(onTheSpot: false),
            Random = new Random(),
            Store = state!.Store,
            Policy = policy,
            Peers = peers,
        }, http, state!);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        // Not CancelAsync: it hops to the thread pool, and all that is registered is a post to the loop.
        _stop.Cancel();
        await _running;
        // Peers are told of what transfers leave, so they go last.
        _stopPeers.Cancel();
        await _peersRunning;
        foreach (var each in _owned)
            each.Dispose();
        _stop.Dispose();
        _stopPeers.Dispose();
    }
}
