using Haul.Engine.Pieces;

namespace Haul.SimulationTests.Crowds;

/// <summary>Many members of one swarm over one fluid network, with one origin behind a thin line.</summary>
sealed class Crowd
{
    int _doneCount;
    bool _isOver;

    public Crowd(CrowdPlan plan, int seed)
    {
        (Plan, Seed, Random) = (plan, seed, new Random(seed));
        Layout = new PieceLayout(plan.LengthBytes);
        // Each tells each other of each piece.
        Net = new FluidNet(Random) { EventsMax = 1_000_000 + 4L * plan.Hosts * plan.Hosts * Layout.Count };
        WanLink = Net.AddLink(plan.Wan);
        var faults = plan.Faults.Of(plan.Hosts);
        Hosts = [.. Enumerable.Range(0, plan.Hosts).Select(i => new CrowdHost(this, i, faults[i]))];
        foreach (var host in Hosts)
            Net.After(Random.NextDouble() * plan.Spread, host.Start);
        foreach (var host in Hosts)
        {
            if (host.Fault == HostFault.Dies)
                Net.After(Random.NextDouble() * Bound, host.Die);
            if (host.Fault == HostFault.Restarts)
                Net.After(Random.NextDouble() * Bound, () => host.Restart(Random.NextDouble() * 5));
        }
    }

    public CrowdPlan Plan { get; }
    public int Seed { get; }
    public Random Random { get; }
    public PieceLayout Layout { get; }
    public FluidNet Net { get; }
    public FluidLink WanLink { get; }
    public CrowdHost[] Hosts { get; }

    /// <summary>Looks at a host after each of its acts.</summary>
    public Action<CrowdHost>? Watch { get; set; }

    /// <summary>Bytes that the origin sent, those of answers that were cut short included.</summary>
    public double OriginBytes { get; set; }

    public bool OriginIsDead => OriginBytes > Plan.OriginDiesAfterCopies * Plan.LengthBytes;

    /// <summary>No swarm can be done sooner: one copy over the line, and each host through its own (Kumar and Ross, HotWeb 2006).</summary>
    public double Bound
    {
        get
        {
            var uplinks = (Hosts.Length + 1) / 2 * Plan.Lan + Hosts.Length / 2 * Plan.Lan * Plan.WeakUplink;
            return Math.Max(Plan.LengthBytes / Math.Min(Plan.Wan, Plan.Lan), Hosts.Length * (double)Plan.LengthBytes / (Plan.Wan + uplinks));
        }
    }

    public double Copies => OriginBytes / Plan.LengthBytes;

    /// <summary>Somebody honest can still get what nobody honest has.</summary>
    bool OriginServes => !OriginIsDead && Honest.Any(host => host.Fault != HostFault.HasDeadWay);

    /// <summary>Hosts that should end with the whole content.</summary>
    public IEnumerable<CrowdHost> Honest => Hosts.Where(host => !host.IsGone && !host.IsHostile);

    public string Name => $"seed {Seed}, {Plan}";

    /// <summary>Runs until everyone has everything that can be had; the time of the last.</summary>
    public double Run(double secondsMax = 3600)
    {
        Look();
        var isDone = Net.RunUntil(() => _isOver || AreDone(), secondsMax);
        Assert.True(isDone, $"after {Net.Now:F1} s: {string.Join("; ", Honest.Where(host => host.DoneAt is null).Take(5).Select(host => host.ToString()))}. {Name}");
        return Honest.Max(host => host.DoneAt ?? Net.Now);
    }

    /// <summary>Goes on for a while in which nothing is left to do.</summary>
    public void Rest(double seconds) => Net.RunUntil(() => false, Net.Now + seconds);

    bool AreDone()
    {
        while (_doneCount < Hosts.Length && (Hosts[_doneCount].DoneAt is not null || Hosts[_doneCount] is { IsGone: true } or { IsHostile: true }))
            _doneCount++;
        return _doneCount == Hosts.Length;
    }

    /// <summary>Looks now and then whether all is over although not everyone has everything: where the origin died too soon, all have what there is.</summary>
    void Look() => Net.After(1, () =>
    {
        var there = Honest.SelectMany(host => Enumerable.Range(0, Layout.Count).Where(piece => host.Has.Contains(new PieceIndex(piece)))).Distinct().Count();
        _isOver = !OriginServes && Honest.All(host => host.IsUp && host.Has.Count == there && host.InProof.Count + host.Origin.Count == 0);
        Look();
    });

    /// <summary>Two hosts hear of each other, unless the word is lost: then they do a second later.</summary>
    public void Introduce(CrowdHost one, CrowdHost other)
    {
        var isParted = Net.Now < Plan.PartedUntil && one.Index % 2 != other.Index % 2;
        if (isParted || Random.NextDouble() < Plan.DiscoveryLoss)
        {
            Net.After(1, () => Introduce(one, other));
        }
        else if (one.IsUp && other.IsUp)
        {
            one.Know(other);
            other.Know(one);
        }
    }

    /// <summary>Somewhere between half and one and a half times as long.</summary>
    public double About(double seconds) => seconds * (0.5 + Random.NextDouble());
}
