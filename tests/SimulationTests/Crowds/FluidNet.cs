namespace Haul.SimulationTests.Crowds;

/// <summary>A network of links that flows share max-min fairly, in virtual time: no packets, no loss, no queues.</summary>
sealed class FluidNet
{
    readonly List<double> _capacity = [];
    readonly List<Flow> _flows = [];
    readonly PriorityQueue<Action, (double, long)> _events = new();
    long _sequence;
    bool _isStale;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    public TimeSpan Time => TimeSpan.FromSeconds(Now);

    public int AddLink(double bytesPerSecond)
    {
        _capacity.Add(bytesPerSecond);
        return _capacity.Count - 1;
    }

    public void Cut(int link) => (_capacity[link], _isStale) = (1e-9, true);

    public void After(double seconds, Action what) => _events.Enqueue(what, (Now + seconds, _sequence++));

    public Flow Send(double bytes, int[] links, Action done)
    {
        var flow = new Flow(bytes, links, done);
        _flows.Add(flow);
        _isStale = true;
        return flow;
    }

    public void Stop(Flow flow)
    {
        if (_flows.Remove(flow))
            _isStale = true;
    }

    /// <summary>Runs until a condition holds; false where time is over or nothing happens any more.</summary>
    public bool RunUntil(Func<bool> isDone, double secondsMax)
    {
        while (!isDone())
        {
            if (_isStale)
                Share();
            var next = NextEnd();
            var at = _events.TryPeek(out _, out var due) ? due.Item1 : double.MaxValue;
            var end = next is null ? double.MaxValue : Now + next.Left / next.Rate;
            if (Math.Min(at, end) > secondsMax)
                return false;
            Advance(Math.Min(at, end) - Now);
            if (end <= at)
                End(next!);
            else
                _events.Dequeue()();
        }
        return true;
    }

    void Advance(double seconds)
    {
        foreach (var flow in _flows)
            flow.Left -= flow.Rate * seconds;
        Now += seconds;
    }

    void End(Flow flow)
    {
        _flows.Remove(flow);
        _isStale = true;
        flow.Done();
    }

    Flow? NextEnd()
    {
        Flow? next = null;
        var soonest = double.MaxValue;
        foreach (var flow in _flows)
        {
            if (flow.Rate > 0 && flow.Left / flow.Rate is var left && left < soonest)
                (next, soonest) = (flow, left);
        }
        return next;
    }

    /// <summary>Fills all flows at the same pace and fixes those whose link is full, until all are fixed.</summary>
    void Share()
    {
        _isStale = false;
        Span<double> free = _capacity.Count <= 1024 ? stackalloc double[_capacity.Count] : new double[_capacity.Count];
        Span<int> users = _capacity.Count <= 1024 ? stackalloc int[_capacity.Count] : new int[_capacity.Count];
        _capacity.CopyTo(free);
        users.Clear();
        foreach (var flow in _flows)
        {
            flow.Rate = -1;
            foreach (var link in flow.Links)
                users[link]++;
        }
        for (var unfixed = _flows.Count; unfixed > 0;)
        {
            var (tightest, share) = (-1, double.MaxValue);
            for (var link = 0; link < free.Length; link++)
            {
                if (users[link] > 0 && free[link] / users[link] < share)
                    (tightest, share) = (link, free[link] / users[link]);
            }
            foreach (var flow in _flows)
            {
                if (flow.Rate >= 0 || Array.IndexOf(flow.Links, tightest) < 0)
                    continue;
                flow.Rate = Math.Max(share, 1e-9);
                unfixed--;
                foreach (var link in flow.Links)
                {
                    free[link] = Math.Max(0, free[link] - share);
                    users[link]--;
                }
            }
        }
    }

    /// <summary>Bytes on their way over some links.</summary>
    public sealed class Flow(double size, int[] links, Action done)
    {
        public int[] Links => links;
        public Action Done => done;
        public double Bytes { get; } = size;
        public double Left { get; set; } = size;

        /// <summary>What was left when it was last told.</summary>
        public double Told { get; set; } = size;
        public double Rate { get; set; }
    }
}
