namespace Haul.Engine.Transfers;

/// <summary>How many connections a transfer should have: one, until the server is seen to hold it back; then as many as help.</summary>
/// <remarks>
/// Pure: told what happened in each interval (a quarter of a second), it answers with a number. It doubles while each step brings at least
/// <see cref="GainMin"/>, goes back when a step did not, halves when the server says it is too busy, and asks again only after a rest.
/// A transfer that is held back by this machine (little waiting for bytes) gains nothing from more connections and gets none.
/// </remarks>
sealed class ConnectionPlan(int max)
{
    /// <summary>A step that brings less than this over the rate before it is taken back.</summary>
    public const double GainMin = 1.15;

    /// <summary>Share of the time that connections wait for bytes, above which the server or the way to it is what limits.</summary>
    public const double WaitShareMin = 0.5;

    /// <summary>Intervals to let a new connection come up to speed (TCP slow start takes several round trips).</summary>
    public const int SettleFor = 1;

    /// <summary>Intervals over whose mean a rate is taken, before a step and after it: a second. Servers send in bursts, and nginx's limit_rate
    /// brings twice as much in one of four quarters of a second: judged by single ones, a burst before a step made the step look useless.</summary>
    public const int JudgeOver = 4;

    /// <summary>Intervals without a new attempt after one that did not help.</summary>
    public const int Rest = 40;

    double _rateBefore;
    int _countBefore = 1;
    readonly Queue<double> _rates = []; // of the last second, since the last step
    int _settling;
    int _resting;

    /// <summary>The number of connections to have now.</summary>
    public int Wanted { get; private set; } = 1;

    /// <summary>One interval has passed.</summary>
    /// <param name="bytesPerSecond">Of all connections together.</param>
    /// <param name="waitShare">Mean share of the time they waited for bytes, 0 to 1.</param>
    /// <param name="running">Connections that there really are; fewer than wanted where the host's limit is reached.</param>
    /// <param name="secondsLeft">At this rate.</param>
    public void Tick(double bytesPerSecond, double waitShare, int running, double secondsLeft)
    {
        if (_resting > 0)
            _resting--;
        if (_settling > 0)
        {
            _settling--;
            return;
        }
        _rates.Enqueue(bytesPerSecond);
        if (_rates.Count > JudgeOver)
            _rates.Dequeue();
        var rate = _rates.Average();
        if (_rates.Count < JudgeOver || rate <= 0)
            return;

        if (Wanted > _countBefore && rate < _rateBefore * GainMin)
        {
            Step(_countBefore, rate);
            _countBefore = Wanted;
            _resting = Rest;
            return;
        }
        _countBefore = Wanted;
        // More connections cost the server a request each: not for what will be over before they are up.
        if (_resting == 0 && running >= Wanted && Wanted < max && waitShare >= WaitShareMin && secondsLeft > 1)
            Step(Math.Min(max, Wanted * 2), rate);
    }

    /// <summary>The server asked for less.</summary>
    public void Busy()
    {
        Wanted = _countBefore = Math.Max(1, Wanted / 2);
        Begin();
        _resting = Rest;
    }

    /// <summary>Others wait for the same host: one connection each.</summary>
    public void Yield()
    {
        if (Wanted == 1)
            return;
        Wanted = _countBefore = 1;
        Begin();
    }

    void Step(int wanted, double rate)
    {
        _rateBefore = rate;
        _countBefore = Wanted;
        Wanted = wanted;
        Begin();
        _settling = SettleFor;
    }

    /// <summary>Looks anew: the rates until now were those of another number.</summary>
    void Begin()
    {
        _rates.Clear();
        _settling = 0;
    }
}
