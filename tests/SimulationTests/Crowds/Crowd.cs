using Haul.Engine.Pieces;

namespace Haul.SimulationTests.Crowds;

/// <summary>Many swarms' members over one fluid network, with one origin behind a thin line.</summary>
sealed class Crowd
{
    readonly double[] _starts;

    public Crowd(CrowdPlan plan, int seed)
    {
        (Plan, Random) = (plan, new Random(seed));
        Layout = new PieceLayout(plan.LengthBytes);
        WanLink = Net.AddLink(plan.Wan);
        Hosts = [.. Enumerable.Range(0, plan.Hosts).Select(i => new CrowdHost(this, i))];
        _starts = [.. Hosts.Select(_ => Random.NextDouble() * plan.Spread)];
        foreach (var host in Hosts)
            Net.After(_starts[host.Index], host.Start);
        foreach (var host in Hosts.Skip(1).Take(plan.Deaths))
            Net.After(Random.NextDouble() * Bound, host.Die);
        foreach (var host in Hosts.Skip(1 + plan.Deaths).Take(plan.Restarts))
            Net.After(Random.NextDouble() * Bound, () => host.Restart(Random.NextDouble() * 5));
    }

    public CrowdPlan Plan { get; }
    public Random Random { get; }
    public PieceLayout Layout { get; }
    public FluidNet Net { get; } = new();
    public int WanLink { get; }
    public CrowdHost[] Hosts { get; }

    /// <summary>Bytes that the origin sent, those of answers that were cut short included.</summary>
    public double OriginBytes { get; set; }

    public bool OriginIsDead => OriginBytes > Plan.OriginDiesAfterCopies * Plan.LengthBytes;

    /// <summary>No swarm can be done sooner: one copy over the line, and each host through its own (Kumar and Ross, HotWeb 2006).</summary>
    public double Bound
    {
        get
        {
            var uplinks = Hosts.Length * Plan.Lan * (1 + Plan.WeakUplink) / 2;
            return Math.Max(Plan.LengthBytes / Math.Min(Plan.Wan, Plan.Lan), Hosts.Length * Plan.LengthBytes / (Plan.Wan + uplinks));
        }
    }

    public double Copies => OriginBytes / Plan.LengthBytes;

    /// <summary>Hosts that should end with the whole content.</summary>
    public IEnumerable<CrowdHost> Honest => Hosts.Where(host => !host.IsGone && !host.IsHostile);

    /// <summary>Runs until everyone has everything; the time of the last.</summary>
    public double Run(double secondsMax = 3600)
    {
        var isDone = Net.RunUntil(() => Honest.All(host => host.DoneAt is not null), secondsMax);
        Assert.True(isDone, $"after {Net.Now:F1} s: {string.Join("; ", Honest.Where(host => host.DoneAt is null).Select(host => host.ToString()))}");
        return Honest.Max(host => host.DoneAt!.Value);
    }

    /// <summary>Two hosts hear of each other, unless the word is lost: then they do a second later.</summary>
    public void Introduce(CrowdHost one, CrowdHost other)
    {
        var isParted = Net.Now < Plan.PartedUntil && one.Index % 2 != other.Index % 2;
        if (isParted || Random.NextDouble() < Plan.DiscoveryLoss)
            Net.After(1, () => Introduce(one, other));
        else if (one.IsUp && other.IsUp && one != other)
            one.Meet(other);
    }
}
