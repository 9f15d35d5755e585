using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.SimulationTests.Crowds;

/// <summary>One host of a crowd: the swarm that agents use, over links of a fluid network.</summary>
sealed class CrowdHost
{
    readonly Crowd _crowd;
    readonly FluidNet _net;
    readonly double _weight;
    readonly Dictionary<CrowdHost, CrowdLink> _met = [];
    readonly HashSet<CrowdHost> _banned = [];
    readonly Dictionary<PeerId, CrowdHost> _known = [];
    readonly HostMail _mail;
    PieceSet _kept;
    bool _knowsMore;

    public CrowdHost(Crowd crowd, int index, HostFault fault)
    {
        (_crowd, _net, Index, Fault) = (crowd, crowd.Net, index, fault);
        _weight = index % 2 == 1 ? crowd.Plan.WeakUplink : 1;
        Down = _net.AddLink(crowd.Plan.Lan);
        Uploads = new HostUploads(crowd, this, _net.AddLink(crowd.Plan.Lan * _weight));
        Origin = new HostOrigin(crowd, this);
        _mail = new HostMail(crowd, Act);
        _kept = new PieceSet(crowd.Layout.Count);
        Span<byte> id = stackalloc byte[PeerId.Size];
        crowd.Random.NextBytes(id);
        Id = PeerId.Read(id);
    }

    public int Index { get; }
    public PeerId Id { get; }
    public HostFault Fault { get; }
    public FluidLink Down { get; }
    public HostUploads Uploads { get; }
    public HostOrigin Origin { get; }
    public HostCounts Counts { get; } = new();
    public Swarm Swarm { get; private set; } = null!;
    public bool IsUp { get; private set; }
    public bool IsGone { get; private set; }
    public double? DoneAt { get; private set; }

    /// <summary>What it has now, or had when it went.</summary>
    public PieceSet Has => IsUp ? Swarm.Have : _kept;

    /// <summary>Pieces that came and are not proved yet.</summary>
    public List<PieceIndex> InProof { get; } = [];
    public bool IsHostile => Fault is HostFault.Lies or HostFault.Squats or HostFault.Stalls;
    bool SaysItHasAll => Fault is HostFault.Lies or HostFault.Stalls;

    public void Start()
    {
        IsUp = true;
        Swarm = new Swarm(Id, _crowd.Layout, _crowd.Plan.Rules, _crowd.Random, _net.Time, _weight);
        for (var piece = _kept.NextIn(0); piece is { } kept; piece = _kept.NextIn(kept.Value + 1))
            Swarm.Store(kept);
        foreach (var other in _crowd.Hosts)
        {
            if (other.IsUp && other != this)
                _net.After(_crowd.About(_crowd.Plan.Discovery), () => _crowd.Introduce(this, other));
        }
        ActSoon();
    }

    /// <summary>Goes for good.</summary>
    public void Die()
    {
        IsGone = true;
        GoDown();
    }

    public void Restart(double after)
    {
        if (!IsUp)
            return;
        GoDown();
        _net.After(after, Start);
    }

    void GoDown()
    {
        if (!IsUp)
            return;
        IsUp = false;
        _kept = Swarm.Have;
        _known.Clear();
        Counts.Wasted += InProof.Sum(_crowd.Layout.LengthOf);
        InProof.Clear();
        Origin.StopAll();
        Uploads.StopAll();
        foreach (var other in _met.Keys.ToArray())
            Part(other);
    }

    /// <summary>It hears of another host, and whom to connect with is thought over.</summary>
    public void Know(CrowdHost other)
    {
        _known[other.Id] = other;
        if (Swarm.Cells.Count == 1 && _known.Count < _crowd.Plan.Rules.CellMax)
        {
            Meet(other);
            return;
        }
        _knowsMore = true;
        ActSoon();
    }

    void Select()
    {
        _knowsMore = false;
        var known = _known.Values.Where(host => host.IsUp && !_banned.Contains(host)).Select(host => host.Id).ToList();
        Swarm.Members(known.Count + 1);
        var (connect, drop) = PeerSelection.Choose(Id, Swarm.Cells, known, _met.Keys.Select(host => host.Id).ToHashSet());
        foreach (var id in drop)
            Part(_known[id]);
        foreach (var id in connect)
            Meet(_known[id]);
    }

    /// <summary>The two connect, and tell what they have.</summary>
    public void Meet(CrowdHost other)
    {
        if (_banned.Contains(other) || other._banned.Contains(this) || _met.ContainsKey(other))
            return;
        var link = new CrowdLink(_crowd, this, other);
        Join(other, link);
        other.Join(this, link);
    }

    void Join(CrowdHost other, CrowdLink link)
    {
        _met.Add(other, link);
        _known[other.Id] = other;
        var has = Enumerable.Range(0, _crowd.Layout.Count).Select(piece => new PieceIndex(piece)).Where(piece => SaysItHasAll || Swarm.Have.Contains(piece)).ToArray();
        link.Tell(other, () =>
        {
            other.Swarm.Join(Id, new PeerFacts(_weight, MayFetch: !SaysItHasAll));
            foreach (var piece in has)
                other.Swarm.Has(Id, piece);
        });
    }

    /// <summary>The connection of the two ends.</summary>
    void Part(CrowdHost other)
    {
        _met[other].Close();
        Forget(other);
        other.Forget(this);
    }

    void Forget(CrowdHost other)
    {
        _met.Remove(other);
        Uploads.StopFor(other);
        if (!IsUp)
            return;
        Swarm.Leave(other.Id, _net.Time);
        ActSoon();
    }

    void TellAll(Action<CrowdHost> what, Func<CrowdHost, bool>? to = null)
    {
        foreach (var (other, link) in _met.Where(met => to?.Invoke(met.Key) != false))
            link.Tell(other, () => what(other));
    }

    public void ActSoon() => _mail.LookSoon();

    void Act()
    {
        if (!IsUp)
            return;
        if (_knowsMore)
            Select();
        if (SaysItHasAll)
            return;
        if (Fault == HostFault.Squats)
        {
            if (_crowd.Random.Next(20) != 0)
                return;
            var slice = _crowd.Random.Next(Swarm.Slices.Count);
            TellAll(other => other.Swarm.Claims(Id, slice, TimeSpan.FromSeconds(100), 0, _net.Time));
            return;
        }
        Origin.TellAll();
        foreach (var step in Swarm.Decide(_net.Time))
            Do(step);
        _crowd.Watch?.Invoke(this);
        if (Swarm.WakeAt is { } wake)
            _mail.LookAt(Math.Max(_net.Now, wake.TotalSeconds) + 1e-6);
    }

    void Do(SwarmStep step)
    {
        switch (step)
        {
            case SwarmStep.Request(var id, var piece): Ask(_known[id], piece); break;
            case SwarmStep.Cancel(var id, var piece): Cancel(_known[id], piece); break;
            case SwarmStep.Fetch(var slice, var first, var count): Origin.Ask(slice, first, count); break;
            case SwarmStep.Abandon(var slice): Origin.Abandon(slice); ActSoon(); break;
            case SwarmStep.Claim(var slice, var lease, var done, _): Claim(slice, lease, done); break;
            case SwarmStep.Release(var slice): TellAll(other => other.Swarm.Releases(Id, slice, _net.Time)); break;
        }
    }

    void Claim(int slice, TimeSpan lease, long done)
    {
        var told = Fault switch
        {
            HostFault.HasLongLeases => TimeSpan.FromSeconds(100),
            HostFault.HasShortLeases => TimeSpan.FromMilliseconds(1),
            _ => lease,
        };
        TellAll(other => other.Swarm.Claims(Id, slice, told, done, _net.Time));
    }

    void Ask(CrowdHost peer, PieceIndex piece)
    {
        var link = _met[peer];
        link.Tell(peer, () =>
        {
            if (!peer.Uploads.Begin(this, piece, () => Came(peer, piece)))
                link.Tell(this, () => Swarm.Refuses(peer.Id, piece, null, _net.Time));
        });
    }

    void Cancel(CrowdHost peer, PieceIndex piece)
    {
        if (_met.TryGetValue(peer, out var link))
            link.Tell(peer, () => peer.Uploads.Stop(this, piece));
    }

    /// <summary>Bytes came from another host.</summary>
    public void Brings(CrowdHost peer, int bytes)
    {
        if (IsUp)
            Swarm.Brings(peer.Id, bytes, _net.Time);
    }

    void Came(CrowdHost peer, PieceIndex piece)
    {
        var bytes = _crowd.Layout.LengthOf(piece);
        Counts.Came += bytes;
        Swarm.Brings(peer.Id, bytes, _net.Time);
        Swarm.Came(peer.Id, piece, _net.Time);
        Prove(piece, peer);
        ActSoon();
    }

    /// <summary>All bytes of a piece came: what they are is known a little later.</summary>
    public void Prove(PieceIndex piece, CrowdHost? from)
    {
        var life = Swarm;
        InProof.Add(piece);
        _net.After(_crowd.About(_crowd.Plan.Proof), () =>
        {
            if (!IsUp || Swarm != life)
                return;
            InProof.Remove(piece);
            if (from?.Fault == HostFault.Lies)
                Deny(from, piece);
            else
                Store(piece, from);
            ActSoon();
        });
    }

    void Deny(CrowdHost liar, PieceIndex piece)
    {
        Counts.FalsePieces++;
        Counts.Wasted += _crowd.Layout.LengthOf(piece);
        Swarm.Lose(piece);
        _banned.Add(liar);
        if (_met.ContainsKey(liar))
            Part(liar);
    }

    void Store(PieceIndex piece, CrowdHost? from)
    {
        if (Swarm.Have.Contains(piece))
        {
            Counts.Wasted += _crowd.Layout.LengthOf(piece);
            return;
        }
        Swarm.Store(piece);
        Counts.Stored += _crowd.Layout.LengthOf(piece);
        var queue = Uploads.Count;
        TellAll(other =>
        {
            other.Swarm.Queues(Id, queue);
            other.Swarm.Has(Id, piece, _net.Time);
        }, other => other == from || Swarm.State.Find(other.Id)?.Pieces.Contains(piece) != true); // as an agent does: who has it need not be told, but for who brought it
        if (Swarm.IsComplete)
            DoneAt ??= _net.Now;
    }

    public override string ToString() => $"host {Index} ({Fault}) has {Swarm.Have.Count} of {_crowd.Layout.Count}, fetches {Origin.Count}, knows {_met.Count}";
}
