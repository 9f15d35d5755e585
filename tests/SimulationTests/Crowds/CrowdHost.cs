using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.SimulationTests.Crowds;

/// <summary>One host of a crowd: the swarm that agents use, over links of a fluid network.</summary>
sealed class CrowdHost
{
    const int UploadsMax = 24;

    readonly Crowd _crowd;
    readonly FluidNet _net;
    readonly int _up;
    readonly int _down;
    readonly double _weight;
    readonly HashSet<CrowdHost> _met = [];
    readonly HashSet<CrowdHost> _banned = [];
    readonly Dictionary<int, FluidNet.Flow> _fetches = [];
    readonly HashSet<int> _asked = []; // slices that the origin was asked for and has not begun to send
    readonly Dictionary<CrowdHost, double> _lastWords = [];
    readonly HostUploads _uploads;
    Swarm _swarm = null!;
    PieceSet _kept;

    public CrowdHost(Crowd crowd, int index)
    {
        (_crowd, _net, Index) = (crowd, crowd.Net, index);
        _weight = index % 2 == 1 ? crowd.Plan.WeakUplink : 1;
        _up = _net.AddLink(crowd.Plan.Lan * _weight);
        _down = _net.AddLink(crowd.Plan.Lan);
        _kept = new PieceSet(crowd.Layout.Count);
        _uploads = new HostUploads(_net, UploadsMax);
        Span<byte> id = stackalloc byte[PeerId.Size];
        crowd.Random.NextBytes(id);
        Id = PeerId.Read(id);
    }

    public int Index { get; }
    public PeerId Id { get; }
    public bool IsUp { get; private set; }
    public bool IsGone { get; private set; }
    public double? DoneAt { get; private set; }
    public int FalsePieces { get; private set; }
    public bool IsHostile => IsLiar || IsSquatter;
    bool IsLiar => Index >= _crowd.Hosts.Length - _crowd.Plan.Liars;
    bool IsSquatter => !IsLiar && Index >= _crowd.Hosts.Length - _crowd.Plan.Liars - _crowd.Plan.Squatters;

    public void Start()
    {
        IsUp = true;
        _swarm = new Swarm(Id, _crowd.Layout, new SwarmRules { Hold = _crowd.Plan.Hold }, _crowd.Random, _net.Time);
        for (var piece = _kept.NextIn(0); piece is { } kept; piece = _kept.NextIn(kept.Value + 1))
            _swarm.Store(kept);
        foreach (var other in _crowd.Hosts)
        {
            if (other.IsUp && other != this)
                _net.After(_crowd.Plan.Discovery * (0.5 + _crowd.Random.NextDouble()), () => _crowd.Introduce(this, other));
        }
        Tick();
        Act();
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
        _kept = _swarm.Have;
        foreach (var flow in _fetches.Values)
            StopFetch(flow);
        _fetches.Clear();
        _asked.Clear();
        _uploads.StopAll();
        foreach (var other in _met)
            other.Lose(this);
        _met.Clear();
    }

    /// <summary>The two connect, and tell what they have.</summary>
    public void Meet(CrowdHost other)
    {
        if (_banned.Contains(other) || other._banned.Contains(this) || !_met.Add(other))
            return;
        other._met.Add(this);
        Greet(other);
        other.Greet(this);
    }

    void Greet(CrowdHost other) => Tell(other, () =>
    {
        other._swarm.Join(Id, new PeerFacts(_weight, MayFetch: !IsLiar));
        for (var piece = 0; piece < _crowd.Layout.Count; piece++)
        {
            if (IsLiar || _swarm.Have.Contains(new PieceIndex(piece)))
                other._swarm.Has(Id, new PieceIndex(piece));
        }
    });

    void Lose(CrowdHost other)
    {
        _met.Remove(other);
        _uploads.StopFor(other);
        if (!IsUp)
            return;
        _swarm.Leave(other.Id, _net.Time);
        Act();
    }

    /// <summary>A word to another host, which acts on it when it is there.</summary>
    void Tell(CrowdHost other, Action what)
    {
        // Words to one host come in order, as over any connection.
        var at = Math.Max(_net.Now + _crowd.Plan.Latency * (0.5 + _crowd.Random.NextDouble()), _lastWords.GetValueOrDefault(other));
        _lastWords[other] = at;
        _net.After(at - _net.Now, () =>
        {
            if (!IsUp || !other.IsUp || !_met.Contains(other))
                return;
            what();
            other.Act();
        });
    }

    void TellAll(Action<CrowdHost> what)
    {
        foreach (var other in _met.OrderBy(host => host.Index))
            Tell(other, () => what(other));
    }

    void Tick() => _net.After(0.25, () =>
    {
        if (!IsUp)
            return;
        foreach (var (slice, flow) in _fetches)
        {
            _swarm.Fetched(slice, (long)(flow.Told - flow.Left));
            flow.Told = flow.Left;
        }
        Act();
        Tick();
    });

    double _wakes = double.MaxValue;

    void Act()
    {
        if (IsLiar)
            return;
        if (IsSquatter)
        {
            var slice = _crowd.Random.Next(_swarm.Slices.Count);
            TellAll(other => other._swarm.Claims(Id, slice, TimeSpan.FromSeconds(100), 0, _net.Time));
            return;
        }
        foreach (var step in _swarm.Decide(_net.Time))
            Do(step);
        if (_swarm.WakeAt is not { } wake || wake.TotalSeconds >= _wakes)
            return;
        _wakes = wake.TotalSeconds;
        _net.After(Math.Max(0, _wakes - _net.Now) + 1e-6, () =>
        {
            _wakes = double.MaxValue;
            if (IsUp)
                Act();
        });
    }

    void Do(SwarmStep step)
    {
        switch (step)
        {
            case SwarmStep.Request(var peer, var piece): Ask(_met.First(host => host.Id == peer), piece); break;
            case SwarmStep.Cancel(var peer, var piece): _met.FirstOrDefault(host => host.Id == peer)?._uploads.Stop(this, piece.Value); break;
            case SwarmStep.Fetch(var slice, var first, var count): AskOrigin(slice, first, first + count); break;
            case SwarmStep.Abandon(var slice): Abandon(slice); break;
            case SwarmStep.Claim(var slice, var lease, var done, _): TellAll(other => other._swarm.Claims(Id, slice, lease, done, _net.Time)); break;
            case SwarmStep.Release(var slice): TellAll(other => other._swarm.Releases(Id, slice, _net.Time)); break;
        }
    }

    void Ask(CrowdHost peer, PieceIndex piece) => Tell(peer, () => peer._uploads.Begin(this, piece.Value, _crowd.Layout.LengthOf(piece), [peer._up, _down], () =>
    {
        _swarm.Brings(peer.Id, _crowd.Layout.LengthOf(piece), _net.Time);
        _swarm.Came(peer.Id, piece, _net.Time);
        if (peer.IsLiar)
            Deny(peer, piece);
        else if (!_swarm.Have.Contains(piece))
            Store(piece);
        Act();
    }));

    void Deny(CrowdHost liar, PieceIndex piece)
    {
        FalsePieces++;
        _swarm.Lose(piece);
        _banned.Add(liar);
        liar.Lose(this);
        Lose(liar);
    }

    void AskOrigin(int slice, int first, int end)
    {
        _asked.Add(slice);
        var asked = _swarm;
        _net.After(2 * _crowd.Plan.OriginLatency * (0.5 + _crowd.Random.NextDouble()), () =>
        {
            if (IsUp && _swarm == asked && _asked.Remove(slice))
                Fetch(slice, first, end);
        });
    }

    void Fetch(int slice, int first, int end)
    {
        if (_crowd.OriginIsDead)
        {
            _swarm.OriginBlocked(_net.Time);
            EndFetch(slice, isDone: false);
            return;
        }
        var piece = new PieceIndex(first);
        _fetches[slice] = _net.Send(_crowd.Layout.LengthOf(piece), [_crowd.WanLink, _down], () =>
        {
            _crowd.OriginBytes += _crowd.Layout.LengthOf(piece);
            _swarm.Fetched(slice, (long)_fetches[slice].Told);
            Store(piece);
            if (first + 1 < end)
                Fetch(slice, first + 1, end);
            else
                EndFetch(slice, isDone: true);
            Act();
        });
    }

    void EndFetch(int slice, bool isDone)
    {
        _fetches.Remove(slice);
        _swarm.FetchEnded(slice, isDone, _net.Time);
    }

    void Abandon(int slice)
    {
        if (_fetches.Remove(slice, out var flow))
            StopFetch(flow);
        _asked.Remove(slice);
        _swarm.FetchEnded(slice, isDone: false, _net.Time);
    }

    void StopFetch(FluidNet.Flow flow)
    {
        _crowd.OriginBytes += flow.Bytes - flow.Left;
        _net.Stop(flow);
    }

    void Store(PieceIndex piece)
    {
        Assert.False(_swarm.Have.Contains(piece), $"{piece} came to host {Index} twice");
        _swarm.Store(piece);
        TellAll(other =>
        {
            other._swarm.Has(Id, piece);
            other._swarm.Queues(Id, _uploads.Count);
        });
        if (_swarm.IsComplete)
            DoneAt = _net.Now;
    }

    public override string ToString() => $"host {Index} has {_swarm.Have.Count} of {_crowd.Layout.Count}, fetches {_fetches.Count}, knows {_met.Count}";
}
