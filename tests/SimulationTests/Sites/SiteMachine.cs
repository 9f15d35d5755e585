using System.Net;
using Haul.Engine;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;
using Haul.Protocol.Api;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>A machine of a site: what outlives its engine, and the engine that lives on it one life after another.</summary>
sealed class SiteMachine
{
    public const int PrefixLength = 24;

    readonly Site _site;
    readonly string _shelfPath;

    public SiteMachine(Site site, int number, PeerIdentity identity, GroupKey? group)
    {
        (_site, Number, Identity, Group) = (site, number, identity, group);
        (GroupId, Swarm) = (group?.GroupId, site.Content.SwarmOf(group));
        Volume.Now = () => site.Stage.Turns.Elapsed.Ticks * TimeSpan.NanosecondsPerTick;
        var plan = site.Plan;
        Network = plan.IsApart ? number % 2 : 0;
        Address = new IPAddress([10, 0, (byte)Network, (byte)(number + 1)]);
        Line = new SiteLine(plan.MachineBytesPerSecond * (number % 2 == 1 ? plan.WeakUplink : 1), plan.MachineBytesPerSecond);
        _shelfPath = Path.Combine(site.Directory, $"{number}");
        Policy = new Policy
        {
            OriginConnectionsMax = plan.OriginConnectionsMax,
            Peers = new PeerPolicy
            {
                Mode = plan.IsApart && group is not null ? DownloadMode.Group : DownloadMode.Lan,
                Fixed = plan.IsLoud || number == 0 ? [] : [new IPEndPoint(new IPAddress([10, 0, 0, 1]), PeerPolicy.PortUsual)],
                UploadSlotsMax = plan.UploadSlots,
                UploadBytesPerSecondMax = plan.UploadBytesPerSecond,
                LinksMax = plan.LinksMax,
                CellMax = plan.CellMax,
            },
        };
    }

    public int Number { get; }

    public string Name => $"machine {Number}";

    public PeerIdentity Identity { get; }

    public GroupKey? Group { get; }

    public string? GroupId { get; }

    /// <summary>What it calls the swarm of the content.</summary>
    public SwarmId Swarm { get; }

    /// <summary>In which of the site's networks it is.</summary>
    public int Network { get; }

    public IPAddress Address { get; }

    /// <summary>Others find it here as well.</summary>
    public IPAddress SecondAddress => new([10, 1, (byte)Network, (byte)(Number + 1)]);

    public bool IsAt(IPAddress address) => address.Equals(Address) || address.Equals(SecondAddress);

    public SiteLine Line { get; }

    public Policy Policy { get; set; }

    public SimVolume Volume { get; } = new();

    public SimState State { get; } = new();

    /// <summary>The engine, where one is running.</summary>
    public EngineLife? Life { get; private set; }

    /// <summary>Lives so far.</summary>
    public int Lives { get; private set; }

    /// <summary>What it gives to peers is false.</summary>
    public bool Lies
    {
        get => Volume.Faults.IsFalseToPeers;
        set => Volume.Faults.IsFalseToPeers = value;
    }

    /// <summary>Bytes of the content that it had from the origin, in all lives.</summary>
    public long OriginBytes => _site.Origin.Requests.Where(seen => seen.By.Name.StartsWith($"{Name},", StringComparison.Ordinal)).Sum(seen => seen.Bytes);

    /// <summary>What its engine says of its peers.</summary>
    public PeerStatus Status => Life!.Engine.PeerStatus;

    /// <summary>It lets another in no more, for now.</summary>
    public bool Refuses(SiteMachine other) => Life!.Engine.Peers!.Hub.Banned.Any(ban => ban.Peer == other.Identity.Id);

    /// <summary>It is told where others take connections. Before its start.</summary>
    public void Know(IEnumerable<SiteMachine> others) =>
        Policy = Policy with { Peers = Policy.Peers with { Fixed = [.. others.Select(other => new IPEndPoint(other.Address, PeerPolicy.PortUsual))] } };

    public void Start()
    {
        var name = $"{Name}, life {++Lives}";
        _site.Stage.Trace.Say($"start of {name}");
        Life = new EngineLife(new LifeGround(_site.Stage.Programs, Volume, State, _site.Origins, _site.Stage.Die(name), () => Policy) { Peers = PartsFor }, name, Lives);
    }

    PeerParts PartsFor(SimLane lane)
    {
        if (ShelfDirectory.Open(_shelfPath, out var shelf) is { } failure)
            throw new InvalidOperationException(failure.Text);
        return new PeerParts
        {
            Network = new SiteNetwork(_site, this, lane),
            Multicast = _site.Plan.IsLoud ? _site.Lan.Add(this, lane) : null,
            Identity = Identity,
            Group = Group,
            Shelf = shelf,
            ListenAt = Policy.Peers.ListenAt,
            OwnAddresses = () => [(Address, PrefixLength)],
        };
    }

    /// <summary>The engine ends here and now.</summary>
    /// <param name="isSilent">The machine goes with it, so that the others are told nothing.</param>
    public void Crash(bool isSilent)
    {
        if (Life is not { } life)
            return;
        _site.Stage.Trace.Say($"crash of {life.Lane.Name}{(isSilent ? " with its machine" : "")}");
        Life = null;
        life.Crash();
        _site.Origins.Drop(life.Lane);
        _site.Net.Drop(life.Lane, isSilent);
        _site.Watch.Forget(this);
    }

    /// <summary>The engine ends with its machine, and of what was not flushed the disk has lost some.</summary>
    public void LosePower(Random die)
    {
        Crash(isSilent: true);
        _site.Stage.Trace.Say($"power lost at {Address}, {Volume.LosePower(die)} blocks gone");
    }

    /// <summary>A stop in good order, after which nothing is left.</summary>
    public async Task StopAsync()
    {
        if (Life is not { } life)
            return;
        _site.Stage.Trace.Say($"stop of {life.Lane.Name}");
        await life.StopAsync();
        Life = null;
        _site.Watch.AfterStop(this, life);
    }

    /// <summary>Some file of the machine, or the shelf of its engine, has these bytes there.</summary>
    public bool Holds(long offset, ReadOnlySpan<byte> bytes)
    {
        foreach (var name in Volume.Names)
        {
            var held = Volume.Find(name)!.Bytes;
            if (held.Length >= offset + bytes.Length && held.Slice((int)offset, bytes.Length).SequenceEqual(bytes))
                return true;
        }
        return HoldsOnShelf(offset, bytes);
    }

    bool HoldsOnShelf(long offset, ReadOnlySpan<byte> bytes)
    {
        var held = new byte[bytes.Length];
        foreach (var path in Directory.EnumerateFiles(_shelfPath, "*.content"))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.Read(file, held, offset) == held.Length && bytes.SequenceEqual(held))
                return true;
        }
        return false;
    }

    public override string ToString() => Name;
}
