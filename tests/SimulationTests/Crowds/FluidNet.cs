namespace Haul.SimulationTests.Crowds;

/// <summary>A network of links that flows share max-min fairly, each by its weight, in virtual time: no packets, no loss, no queues.</summary>
/// <param name="random">Draws the weights: as with TCP, no two flows get quite the same. Where all did, a crowd would march in step.</param>
sealed class FluidNet(Random random)
{
    /// <summary>Bytes that count as none: rounding leaves fractions of one.</summary>
    const double Crumb = 1e-3;

    /// <summary>Things that happen in one run at most: beyond, something goes round in circles.</summary>
    public long EventsMax { get; init; } = 2_000_000;

    readonly List<FluidLink> _links = [];
    readonly List<FluidFlow> _flows = [];
    readonly PriorityQueue<FluidLink, double> _tightest = new();
    readonly PriorityQueue<Action, (double, long)> _events = new();
    readonly List<FluidFlow> _ended = [];
    long _sequence;
    bool _isStale;
    double _nextEnd = double.MaxValue;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    public TimeSpan Time => TimeSpan.FromSeconds(Now);

    /// <summary>Things that happened.</summary>
    public long EventCount { get; private set; }

    public FluidLink AddLink(double bytesPerSecond)
    {
        var link = new FluidLink { Capacity = bytesPerSecond };
        _links.Add(link);
        return link;
    }

    public void After(double seconds, Action what) => _events.Enqueue(what, (Now + seconds, _sequence++));

    public FluidFlow Send(double bytes, FluidLink from, FluidLink to, Action done)
    {
        var flow = new FluidFlow(bytes, from, to, done) { Place = _flows.Count, Weight = 0.5 + random.NextDouble() };
        _flows.Add(flow);
        from.Flows.Add(flow);
        to.Flows.Add(flow);
        _isStale = true;
        return flow;
    }

    public void Stop(FluidFlow flow)
    {
        if (flow.Place < 0)
            return;
        var last = _flows[^1];
        (_flows[flow.Place], last.Place) = (last, flow.Place);
        _flows.RemoveAt(_flows.Count - 1);
        flow.Place = -1;
        flow.Settle(Now);
        flow.From.Flows.Remove(flow);
        flow.To.Flows.Remove(flow);
        _isStale = true;
    }

    /// <summary>Runs until a condition holds; false where time is over or nothing happens any more.</summary>
    public bool RunUntil(Func<bool> isDone, double secondsMax)
    {
        while (!isDone())
        {
            if (_isStale)
                Share();
            var at = _events.TryPeek(out _, out var due) ? due.Item1 : double.MaxValue;
            if (Math.Min(at, _nextEnd) > secondsMax)
                return false;
            if (++EventCount > EventsMax)
                return false;
            if (_nextEnd <= at)
            {
                End();
                continue;
            }
            Now = at;
            _events.Dequeue()();
        }
        return true;
    }

    /// <summary>Ends the flows that have nothing left.</summary>
    void End()
    {
        Now = _nextEnd;
        _isStale = true;
        _ended.Clear();
        foreach (var flow in _flows)
        {
            if (flow.LeftAt(Now) <= Crumb)
                _ended.Add(flow);
        }
        foreach (var flow in _ended)
        {
            if (flow.Place < 0)
                continue;
            Stop(flow);
            flow.Done();
        }
    }

    /// <summary>Fills all flows at the same pace and fixes those whose link is full, until all are fixed.</summary>
    void Share()
    {
        _isStale = false;
        _nextEnd = double.MaxValue;
        foreach (var flow in _flows)
            flow.Settle(Now);
        _tightest.Clear();
        foreach (var link in _links)
        {
            if (link.Flows.Count == 0)
                continue;
            link.Reset();
            _tightest.Enqueue(link, link.Share);
        }
        while (_tightest.TryDequeue(out var link, out var share))
        {
            if (link.OpenCount == 0)
                continue;
            // Shares only grow while others are fixed, so that a look at the tightest one is enough.
            if (link.Share > share)
                _tightest.Enqueue(link, link.Share);
            else
                Fix(link);
        }
    }

    void Fix(FluidLink link)
    {
        var share = Math.Max(link.Share, 1e-9);
        foreach (var flow in link.Flows)
        {
            if (flow.Fix(share))
                _nextEnd = Math.Min(_nextEnd, Now + flow.Left / flow.Rate);
        }
    }
}

/// <summary>One direction of a line.</summary>
sealed class FluidLink
{
    double _free;
    double _openWeight;

    /// <summary>Bytes a second.</summary>
    public required double Capacity { get; init; }

    /// <summary>What it carries.</summary>
    public List<FluidFlow> Flows { get; } = [];

    /// <summary>Flows that no rate is fixed of yet.</summary>
    public int OpenCount { get; private set; }

    /// <summary>Bytes a second for each unit of weight of what is open.</summary>
    public double Share => _free / _openWeight;

    public void Reset()
    {
        (_free, _openWeight, OpenCount) = (Capacity, 0, Flows.Count);
        foreach (var flow in Flows)
            _openWeight += flow.Weight;
    }

    public void Take(FluidFlow flow)
    {
        _free = Math.Max(0, _free - flow.Rate);
        _openWeight -= flow.Weight;
        OpenCount--;
    }
}

/// <summary>Bytes on their way over two links.</summary>
sealed class FluidFlow(double bytes, FluidLink from, FluidLink to, Action done)
{
    double _settledAt;

    public FluidLink From => from;
    public FluidLink To => to;
    public Action Done => done;
    public double Bytes { get; } = bytes;

    /// <summary>What was left when rates were last shared out.</summary>
    public double Left { get; private set; } = bytes;

    /// <summary>Bytes a second; below 0 while rates are shared out.</summary>
    public double Rate { get; private set; }

    public required double Weight { get; init; }

    /// <summary>Where it stands among all flows; -1 when it has ended.</summary>
    public int Place { get; set; }

    public double LeftAt(double now) => Math.Max(0, Left - Math.Max(0, Rate) * (now - _settledAt));

    public void Settle(double now)
    {
        Left = LeftAt(now);
        (_settledAt, Rate) = (now, -1);
    }

    /// <summary>False where its rate was fixed before.</summary>
    public bool Fix(double share)
    {
        if (Rate >= 0)
            return false;
        Rate = Weight * share;
        from.Take(this);
        to.Take(this);
        return true;
    }
}
