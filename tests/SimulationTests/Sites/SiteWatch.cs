using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>All that must be so at every moment of a site, seen from outside of its engines.</summary>
sealed class SiteWatch(Site site)
{
    readonly SiteBooks _books = new(site);
    readonly Dictionary<SiteMachine, HashSet<PieceIndex>> _given = [];
    readonly Dictionary<SiteMachine, Dictionary<SiteStream, TimeSpan>> _giving = []; // since when
    readonly Dictionary<SiteMachine, (TimeSpan Since, long Bytes)> _sent = [];

    // What was found once, as there are as many turns as machines times messages.
    readonly Dictionary<SimLane, SiteMachine> _ofLane = [];
    readonly Dictionary<PeerId, SiteMachine> _ofPeer = [];
    readonly Dictionary<SiteMachine, IReadOnlyList<PeerLink>> _links = [];

    /// <summary>After every turn: looks at the machine whose turn it was.</summary>
    public void Look()
    {
        if (MachineOfTurn() is { Life: { } life } machine)
            Look(machine, life);
    }

    SiteMachine? MachineOfTurn()
    {
        if (site.Turns.Last is not { } lane)
            return null;
        if (_ofLane.TryGetValue(lane, out var known) && known.Life?.Lane == lane)
            return known;
        return site.Machines.FirstOrDefault(machine => machine.Life?.Lane == lane) is { } found ? _ofLane[lane] = found : null;
    }

    void Look(SiteMachine machine, EngineLife life)
    {
        if (life.Engine.Running.IsFaulted)
            Break(machine, $"a bug ended the engine: {life.Engine.Running.Exception!.InnerException}");
        var hub = life.Engine.Peers!.Hub;
        if (hub.Links.Count > machine.Policy.Peers.LinksMax)
            Break(machine, $"it has {hub.Links.Count} connections, and {machine.Policy.Peers.LinksMax} are allowed");
        // Another list whenever a connection comes or goes.
        var links = hub.Links;
        var areKnown = ReferenceEquals(_links.GetValueOrDefault(machine), links);
        _links[machine] = links;
        foreach (var link in areKnown ? [] : links)
        {
            if (MachineOf(link.Peer) is not { } other || other == machine || !AreTogether(machine, other))
                Break(machine, $"it has a connection with {MachineOf(link.Peer)}, which is not of its group");
        }
        foreach (var host in site.Origins.Hosts)
        {
            if (site.Origins.ConnectionsOf(life.Lane, host) > machine.Policy.OriginConnectionsMax)
                Break(machine, $"it has {site.Origins.ConnectionsOf(life.Lane, host)} connections to {host.Name}, and {machine.Policy.OriginConnectionsMax} are allowed");
        }
        LookAtPieces(machine, life);
    }

    /// <summary>What an engine gives to others stands on its disk, and is the content.</summary>
    void LookAtPieces(SiteMachine machine, EngineLife life)
    {
        var (content, seat) = (site.Content, SiteInsides.SeatOf(life.Engine, machine.Swarm));
        if (seat is null)
            return;
        var given = _given.TryGetValue(machine, out var known) ? known : _given[machine] = [];
        for (var i = 0; i < content.Layout.Count; i++)
        {
            var piece = new PieceIndex(i);
            if (!seat.Has(piece) || !given.Add(piece))
                continue;
            var offset = content.Layout.OffsetOf(piece);
            if (!site.Plan.IsPoisoned && !machine.Holds(offset, content.Bytes.AsSpan((int)offset, content.Layout.LengthOf(piece))))
                Break(machine, $"it offers {piece}, and its disk has other bytes");
        }
    }

    /// <summary>Every piece of the content is offered by some machine that is running.</summary>
    public bool HasCopy => Enumerable.Range(0, site.Content.Layout.Count).All(i => site.Machines.Any(machine => !machine.Lies && _given.GetValueOrDefault(machine)?.Contains(new PieceIndex(i)) == true));

    /// <summary>A liar sent it all bytes of some piece.</summary>
    public bool WasGivenFalse(SiteMachine machine) => _books.WasGivenFalse(machine);

    /// <summary>An end of a connection says something, before it is encrypted.</summary>
    public void Says(SiteStream stream, ReadOnlySpan<byte> bytes)
    {
        if (!AreTogether(stream.End.Machine, stream.Other.Machine))
            LookForSecrets(stream.End.Machine, bytes, $"told {stream.Other.Machine}");
    }

    /// <summary>A machine calls out to its whole network.</summary>
    public void Calls(SiteMachine machine, ReadOnlySpan<byte> bytes) => LookForSecrets(machine, bytes, "called out");

    void LookForSecrets(SiteMachine machine, ReadOnlySpan<byte> bytes, string how)
    {
        Span<byte> secret = stackalloc byte[SwarmId.Size];
        machine.Swarm.Write(secret);
        if (bytes.IndexOf(secret) >= 0)
            Break(machine, $"it {how} the id of its swarm");
        site.Content.Id.Digest.Write(secret);
        if (bytes.IndexOf(secret) >= 0)
            Break(machine, $"it {how} the digest of the content");
        if (machine.Group is { } group && bytes.IndexOf(group.Secret) >= 0)
            Break(machine, $"it {how} the key of its group");
    }

    /// <summary>An end of a connection begins to send bytes of its content.</summary>
    public void Gives(SiteStream stream, long offset, ReadOnlySpan<byte> bytes)
    {
        var (machine, other) = (stream.End.Machine, stream.Other.Machine);
        if (!AreTogether(machine, other))
            Break(machine, $"it gives bytes to {other}, which is not of its group");
        if (!machine.Lies && !site.Plan.IsPoisoned && !site.Content.IsTrue(offset, bytes))
            Break(machine, $"it gives false bytes to {other}, from {offset} on");
        if (!_giving.TryGetValue(machine, out var all))
            _giving.Add(machine, all = []);
        all[stream] = site.Turns.Elapsed;
        // A frame that does not go out leaves its slot to another.
        var giving = all.Values.Count(since => site.Turns.Elapsed - since < PeerHubLimits.SlotTimeMax);
        if (giving > machine.Policy.Peers.UploadSlotsMax)
            Break(machine, $"it gives {giving} pieces at a time, and {machine.Policy.Peers.UploadSlotsMax} are allowed");
        LookAtRate(machine, bytes.Length);
        _books.Given(other, offset, bytes.Length, machine.Lies);
    }

    /// <summary>It is done with them.</summary>
    public void Gave(SiteStream stream)
    {
        if (_giving.TryGetValue(stream.End.Machine, out var giving))
            giving.Remove(stream);
    }

    void LookAtRate(SiteMachine machine, int count)
    {
        var now = site.Turns.Elapsed;
        var (since, bytes) = _sent.TryGetValue(machine, out var sent) ? sent : (now, 0);
        _sent[machine] = (since, bytes + count);
        // Bytes are paid for after they went: each connection may be one frame ahead, and a tenth of a second is saved up.
        var ahead = site.Machines.Count * (256 << 10);
        if (machine.Policy.Peers.UploadBytesPerSecondMax is var rate and > 0 && bytes > rate * ((now - since).TotalSeconds + 0.1) + ahead)
            Break(machine, $"it gave {bytes} bytes in {(now - since).TotalSeconds:0.000} s, and {rate} are allowed in a second");
    }

    /// <summary>A life ended without any order.</summary>
    public void Forget(SiteMachine machine)
    {
        _given.Remove(machine);
        _giving.Remove(machine);
        _sent.Remove(machine);
    }

    /// <summary>While all still stands and nothing is on its way: nothing is held for it, and what engines count is what went over the lines.</summary>
    public void LookAtRest()
    {
        foreach (var machine in site.Machines)
        {
            if (machine.Life is not { } life)
                continue;
            if (SiteInsides.BuffersOf(life.Engine.Peers!.Hub).InUse is var buffers and > 0)
                Break(machine, $"it holds {buffers} buffers for pieces of peers, and none is on its way");
            if (machine is { Lives: 1, Lies: false } && _books.Fault(machine, life) is { } wrong)
                Break(machine, wrong);
        }
    }

    /// <summary>After a stop in good order: everything was given back.</summary>
    public void AfterStop(SiteMachine machine, EngineLife life)
    {
        var hub = life.Engine.Peers!.Hub;
        Is(0, life.Unanswered, "calls without an answer");
        Is(0, site.Origins.Hosts.Sum(host => site.Origins.ConnectionsOf(life.Lane, host)), "connections to origins");
        Is(0, site.Net.StreamsOf(life.Lane), "connections to peers");
        Is(0, hub.Slots.Queue, "requests of peers");
        Is(0, life.Disk.OpenFiles, "open files");
        Is(0, life.Lane.Clock.Pending, "timers");
        Is(0, life.Engine.Tools.Buffers.InUse, "buffers");
        Is(0, SiteInsides.BuffersOf(hub).InUse, "buffers of peers");
        Is(0, life.Engine.Tools.Slots.InUse, "slots of origins");
        Forget(machine);

        void Is(int wanted, int left, string what)
        {
            if (left != wanted)
                throw new InvalidOperationException($"{machine}: {left} {what} are left after the engine has stopped");
        }
    }

    SiteMachine? MachineOf(PeerId peer) => _ofPeer.TryGetValue(peer, out var known) ? known
        : site.Machines.FirstOrDefault(machine => machine.Identity.Id == peer) is { } found ? _ofPeer[peer] = found : null;

    static bool AreTogether(SiteMachine one, SiteMachine other) => one.GroupId == other.GroupId;

    void Break(SiteMachine machine, string why) => site.Stage.Break($"{machine}: {why}");
}
