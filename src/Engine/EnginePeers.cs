using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;
using Haul.Engine.Uploads;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Haul.Engine;

/// <summary>The part of an engine that other agents see: connections, and how they are found.</summary>
sealed class EnginePeers
{
    readonly PeerParts _parts;
    readonly LanDiscovery? _lan;
    readonly TrackerClient? _tracker;
    readonly TrackerMode _mode;
    readonly Dictionary<SwarmId, SwarmSeat> _seats = []; // the hub's loop changes it, discovery reads it
    readonly Lock _gate = new();

    EnginePeers(PeerParts parts, EngineParts engine)
    {
        _parts = parts;
        Hub = new PeerHub(new PeerHubTools(parts.Network, parts.Identity, parts.Group, engine.Policy, engine.Time) { OwnAddresses = parts.OwnAddresses, LinkKiB = parts.LinkKiB, Log = parts.Log })
        {
            Seated = Seated,
        };
        if (Hub.Listen(parts.ListenAt) is { } failure)
        {
            if (Hub.Listen(new IPEndPoint(parts.ListenAt.Address, 0)) is not null)
                Failure = failure;
            else
                PeerLog.Moves(parts.Log, failure.Text, Hub.Port);
        }
        if (parts.Multicast is { } net && engine.Policy().Peers.Mode is not (DownloadMode.HttpOnly or DownloadMode.Simple))
        {
            _lan = new LanDiscovery(net, engine.Time, new Random(engine.Random.Next()), parts.Identity.Id, Hub.Port, Found)
            {
                Log = parts.Log,
                Blind = Blind,
                GroupTag = day => parts.Group?.TagOf(day),
            };
        }
        var policy = engine.Policy().Peers;
        _mode = policy.Mode switch { DownloadMode.Group => TrackerMode.Group, DownloadMode.Internet => TrackerMode.Internet, _ => TrackerMode.Lan };
        if (parts.TrackerHttp is { } http && policy.Tracker is { } tracker)
            _tracker = new TrackerClient(TargetOf(parts, policy, tracker, Hub.Port), http, engine.Time, new Random(engine.Random.Next()), Named) { Log = parts.Log };
        Kept = new KeptContents(Hub, parts.Shelf, () => engine.Policy().Peers, engine.Time, parts.Log);
    }

    static TrackerTarget TargetOf(PeerParts parts, PeerPolicy policy, Uri tracker, int port) => new(tracker, parts.Identity.Id, port)
    {
        Group = parts.Group is { } group ? (group.GroupId, group.TrackerToken) : null,
        Addresses = () => [.. parts.OwnAddresses().Select(each => each.Address)],
        Site = policy.Site,
        IsRestrictedToSubnet = policy.SameSubnetOnly,
    };

    public PeerHub Hub { get; }

    /// <summary>How it goes with the tracker, or null where there is none.</summary>
    public TrackerStatus? Tracker => _tracker?.Status;

    /// <summary>What is given to others after its transfer ended.</summary>
    public KeptContents Kept { get; }

    /// <summary>Why no connections are taken, or null.</summary>
    public Failure? Failure { get; }

    /// <summary>The peers' part of an engine, or null where it has none.</summary>
    public static EnginePeers? Of(EngineParts parts) => parts.Peers is { } peers ? new EnginePeers(peers, parts) : null;

    /// <summary>Runs until cancelled; returns when all connections are closed.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Hub.RunAsync(cancel), Kept.RunAsync(cancel), _lan?.RunAsync(cancel) ?? Task.CompletedTask, _tracker?.RunAsync(cancel) ?? Task.CompletedTask);

    void Seated(SwarmSeat seat, bool isTaken)
    {
        lock (_gate)
        {
            if (isTaken)
                _seats[seat.Swarm] = seat;
            else
                _seats.Remove(seat.Swarm);
        }
        if (isTaken)
        {
            _lan?.Want(seat.Swarm, seat.IsComplete);
            _tracker?.Set(seat.Swarm, PartOf(seat));
        }
        else
        {
            _lan?.Forget(seat.Swarm);
            _tracker?.Leave(seat.Swarm);
        }
    }

    TrackerPart PartOf(SwarmSeat seat) => new(seat.IsComplete ? 0 : seat.Layout.Length, _mode, seat.IsComplete ? 0 : TrackerLimits.WantedMax)
    {
        Totals = () => new TrackerTotals(seat.Layout.Length, seat.MostBytes, seat.Tally.KeptBytes, seat.Tally.FetchedBytes, seat.Tally.GivenBytes),
    };

    void Named(SwarmId swarm, IReadOnlyList<PeerSighting> peers)
    {
        foreach (var peer in peers)
            Hub.Meet(peer.Address, peer.Id, swarm);
    }

    ulong Blind(SwarmId swarm, ulong epoch)
    {
        lock (_gate)
            return _seats.TryGetValue(swarm, out var seat) ? seat.Blinded(epoch) : 0;
    }

    void Found(LanSighting sighting) => Hub.Meet(sighting.Peer.Address, sighting.Peer.Id, sighting.Swarm, sighting.Asks, isLan: true);
}

/// <summary>What the peers' part stands on.</summary>
sealed record PeerParts
{
    /// <summary>What there is on this machine, for an agent with a state directory; null parts where the policy has no peers.</summary>
    public static Failure? OfThisMachine(string stateDirectory, PeerPolicy policy, SystemHttp http, ILogger log, out PeerParts? parts)
    {
        parts = null;
        var shelfDirectory = Path.Combine(stateDirectory, "contents");
        // Who exchanges with nobody keeps nothing.
        if (policy.Mode is DownloadMode.HttpOnly or DownloadMode.Simple)
        {
            if (ShelfDirectory.Clear(shelfDirectory) is { } left)
                KeepLog.HasNoShelf(log, left.ToString());
            return null;
        }
        var group = GroupFile.Read(GroupFile.PathIn(stateDirectory));
        if (!group.Succeeded && group.Failure.Code != HResults.E_NOT_SET)
            return group.Failure;
        if (policy.Mode == DownloadMode.Group && !group.Succeeded)
            return new Failure(HResults.E_NOT_SET, $"With the download mode group an agent exchanges with its group, and {stateDirectory} has none: give it one with haul group join FILE --state {stateDirectory}, or choose another mode");
        var identity = PeerIdentity.Open(stateDirectory);
        if (!identity.Succeeded)
            return identity.Failure;
        HttpMessageInvoker? tracker = null;
        if (policy.Tracker is not null && http.TryGet(new HttpRoute(null, policy.TrackerAuthorities, 0), out tracker) is { } refused)
            return refused;
        if (ShelfDirectory.Open(shelfDirectory, out var shelf) is { } noShelf)
            KeepLog.HasNoShelf(log, noShelf.ToString());
        var isLoopback = IPAddress.IsLoopback(policy.ListenAt.Address);
        parts = new PeerParts
        {
            TrackerHttp = tracker,
            Network = new SocketNetwork(TimeProvider.System),
            Multicast = new SystemMulticast(TimeProvider.System, isLoopback),
            Identity = identity.Value,
            Group = group.Succeeded ? group.Value : null,
            Shelf = shelf,
            Log = log,
            ListenAt = policy.ListenAt,
            OwnAddresses = new OwnAddresses(TimeProvider.System, isLoopback).Read,
            LinkKiB = () => isLoopback ? 0 : LanInterfaces.SpeedKiB(),
        };
        return null;
    }

    public required IPeerNetwork Network { get; init; }

    /// <summary>The way to a tracker, which follows no redirects; null where there is none.</summary>
    public HttpMessageInvoker? TrackerHttp { get; init; }

    /// <summary>The local networks, or null where they are not listened to.</summary>
    public IMulticast? Multicast { get; init; }

    public required PeerIdentity Identity { get; init; }

    /// <summary>The group, or null for open contents alone.</summary>
    public GroupKey? Group { get; init; }

    /// <summary>Where complete contents are kept over restarts, or null.</summary>
    public ShelfDirectory? Shelf { get; init; }

    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Where connections are taken; another port where this one is taken already.</summary>
    public required IPEndPoint ListenAt { get; init; }

    /// <summary>The speed of this machine's fastest link to a local network, KiB a second; 0 where it is not known.</summary>
    public Func<uint> LinkKiB { get; init; } = static () => 0;

    /// <summary>This machine's addresses with the lengths of their networks' prefixes, now.</summary>
    public required Func<IReadOnlyList<(IPAddress Address, int PrefixLength)>> OwnAddresses { get; init; }
}
