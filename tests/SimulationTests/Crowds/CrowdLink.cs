namespace Haul.SimulationTests.Crowds;

/// <summary>The connection of two hosts: words go in order, and none arrives once it is closed.</summary>
sealed class CrowdLink(Crowd crowd, CrowdHost one, CrowdHost other)
{
    double _lastToOne;
    double _lastToOther;

    public bool IsOpen { get; private set; } = true;

    public void Close() => IsOpen = false;

    /// <summary>A word to one of the two, which acts on it.</summary>
    public void Tell(CrowdHost to, Action what)
    {
        var at = Math.Max(crowd.Net.Now + crowd.About(crowd.Plan.Latency), to == one ? _lastToOne : _lastToOther);
        if (to == one)
            _lastToOne = at;
        else
            _lastToOther = at;
        crowd.Net.After(at - crowd.Net.Now, () =>
        {
            if (!IsOpen)
                return;
            what();
            to.ActSoon();
        });
    }

    public override string ToString() => $"{one.Index}-{other.Index}";
}
