using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>When is asked for which swarm: at once, after 1, 3 and 9 seconds, then about each minute, many in one go.</summary>
sealed class WantSchedule(Random random)
{
    /// <summary>Waits between the first questions: a peer that starts, or a datagram that is lost, is found soon.</summary>
    static readonly TimeSpan[] _waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];

    /// <summary>Waits after that: a few bytes a second even in a network of thousands.</summary>
    static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    /// <summary>What a long wait is longer or shorter by, at most: those who began together do not go on together.</summary>
    static readonly TimeSpan Spread = TimeSpan.FromSeconds(6);

    readonly Dictionary<SwarmId, Entry> _entries = [];

    /// <summary>When is asked next; null when nothing is wanted.</summary>
    public TimeSpan? Due => _entries.Values.Select(one => (TimeSpan?)one.At).Min();

    /// <summary>Asks for a swarm from now on, unless that is done already.</summary>
    public void Add(SwarmId swarm, TimeSpan now) => _entries.TryAdd(swarm, new Entry(now, 0));

    /// <summary>Asks no more.</summary>
    public void Remove(SwarmId swarm) => _entries.Remove(swarm);

    /// <summary>Begins anew with all, since there may be others to hear it.</summary>
    public void Restart(TimeSpan now)
    {
        foreach (var swarm in _entries.Keys.ToArray())
            _entries[swarm] = new Entry(now, 0);
    }

    /// <summary>What is asked for now: where one is due, also those that would be soon.</summary>
    public IReadOnlyList<SwarmId> Take(TimeSpan now)
    {
        if (Due is not { } due || due > now)
            return [];
        var taken = _entries.Where(one => one.Value.At <= now + Early(one.Value.Asked)).Select(one => one.Key).ToList();
        foreach (var swarm in taken)
        {
            var asked = _entries[swarm].Asked;
            _entries[swarm] = new Entry(now + WaitAfter(asked), Math.Min(asked + 1, _waits.Length + 1));
        }
        return taken;
    }

    // Up to half of the wait that would end then: so any two that are asked for each minute soon are together.
    static TimeSpan Early(int asked) => asked == 0 ? TimeSpan.Zero : (asked <= _waits.Length ? _waits[asked - 1] : LongWait) / 2;

    TimeSpan WaitAfter(int asked) => asked < _waits.Length ? _waits[asked] : LongWait + Spread * (random.NextDouble() * 2 - 1);

    readonly record struct Entry(TimeSpan At, int Asked);
}
