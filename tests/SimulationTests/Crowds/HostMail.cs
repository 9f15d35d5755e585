namespace Haul.SimulationTests.Crowds;

/// <summary>When a host acts: it reads several messages at a time, as an agent's loop does, and looks again when its swarm says so.</summary>
sealed class HostMail(Crowd crowd, Action act)
{
    /// <summary>A look follows a message after so long at most.</summary>
    const double SecondsMax = 0.001;

    double _looksAt = double.MaxValue;

    public void LookSoon() => LookAt(crowd.Net.Now + SecondsMax * crowd.Random.NextDouble());

    public void LookAt(double at)
    {
        if (at >= _looksAt)
            return;
        _looksAt = at;
        crowd.Net.After(at - crowd.Net.Now, () =>
        {
            // A sooner look took its place.
            if (_looksAt != at)
                return;
            _looksAt = double.MaxValue;
            act();
        });
    }
}
