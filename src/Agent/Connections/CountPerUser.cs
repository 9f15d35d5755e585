namespace Haul.Agent.Connections;

/// <summary>How many of something each user has now. Any thread.</summary>
sealed class CountPerUser
{
    readonly Lock _gate = new();
    readonly Dictionary<uint, int> _counts = [];

    /// <summary>One more; the number there are now.</summary>
    public int Add(uint uid)
    {
        lock (_gate)
            return _counts[uid] = _counts.GetValueOrDefault(uid) + 1;
    }

    /// <summary>One less.</summary>
    public void Remove(uint uid)
    {
        lock (_gate)
        {
            if (--_counts[uid] == 0)
                _counts.Remove(uid);
        }
    }
}
