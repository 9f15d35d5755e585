using Haul.Engine.Pieces;

namespace Haul.SimulationTests.Crowds;

/// <summary>What a host fetches from the origin.</summary>
sealed class HostOrigin(Crowd crowd, CrowdHost host)
{
    /// <summary>Of a host to which the origin gives little, as a share of the whole line.</summary>
    const double SlowShare = 0.005;

    readonly FluidLink _from = host.Fault == HostFault.HasSlowWay ? crowd.Net.AddLink(crowd.Plan.Wan * SlowShare) : crowd.WanLink;
    readonly Dictionary<int, Run> _runs = [];

    public int Count => _runs.Count;

    public bool IsFetching(PieceIndex piece) => _runs.Values.Any(run => piece.Value >= run.Next && piece.Value < run.End);

    public void Ask(int slice, int first, int count)
    {
        var run = new Run(slice, first, first + count);
        Assert.True(_runs.TryAdd(slice, run), $"slice {slice} is fetched twice by {host}");
        crowd.Net.After(2 * crowd.About(crowd.Plan.OriginLatency), () => Fetch(run));
    }

    void Fetch(Run run)
    {
        if (!IsCurrent(run))
            return;
        if (crowd.OriginIsDead || host.Fault == HostFault.HasDeadWay)
        {
            host.Swarm.OriginBlocked(crowd.Net.Time);
            End(run, isDone: false);
            host.ActSoon();
            return;
        }
        var piece = new PieceIndex(run.Next);
        run.Told = 0;
        run.Flow = crowd.Net.Send(crowd.Layout.LengthOf(piece), _from, host.Down, () => Came(run, piece));
    }

    void Came(Run run, PieceIndex piece)
    {
        Tell(run);
        crowd.OriginBytes += run.Flow!.Bytes;
        host.Counts.Came += run.Flow.Bytes;
        (run.Flow, run.Next) = (null, run.Next + 1);
        host.Prove(piece, null);
        if (run.Next < run.End)
            Fetch(run);
        else
            End(run, isDone: true);
        host.ActSoon();
    }

    void End(Run run, bool isDone)
    {
        _runs.Remove(run.Slice);
        host.Swarm.FetchEnded(run.Slice, isDone, crowd.Net.Time);
    }

    /// <summary>Tells the swarm what came since it was last told.</summary>
    public void TellAll()
    {
        foreach (var run in _runs.Values)
            Tell(run);
    }

    void Tell(Run run)
    {
        if (run.Flow is not { } flow)
            return;
        var came = flow.Bytes - flow.LeftAt(crowd.Net.Now);
        host.Swarm.Fetched(run.Slice, (long)(came - run.Told));
        run.Told += (long)(came - run.Told);
    }

    public void Abandon(int slice)
    {
        if (!_runs.TryGetValue(slice, out var run))
            return;
        Stop(run);
        End(run, isDone: false);
    }

    public void StopAll()
    {
        foreach (var run in _runs.Values)
            Stop(run);
        _runs.Clear();
    }

    void Stop(Run run)
    {
        if (run.Flow is not { } flow)
            return;
        var came = flow.Bytes - flow.LeftAt(crowd.Net.Now);
        crowd.OriginBytes += came;
        host.Counts.Waste(came);
        crowd.Net.Stop(flow);
    }

    bool IsCurrent(Run run) => _runs.TryGetValue(run.Slice, out var current) && current == run;

    sealed class Run(int slice, int first, int end)
    {
        public int Slice => slice;
        public int End => end;
        public int Next { get; set; } = first;
        public FluidFlow? Flow { get; set; }
        public long Told { get; set; }
    }
}
