using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>Which swarms are to be announced when, and with which event. Times are since the start.</summary>
sealed class TrackerSchedule
{
    const string Started = "started";
    const string Completed = "completed";
    const string Stopped = "stopped";

    readonly Dictionary<SwarmId, Entry> _entries = [];

    /// <summary>Swarms that this agent is in, or has yet to say that it left.</summary>
    public int Count => _entries.Count;

    /// <summary>When the next announce is due; null where there is none.</summary>
    public TimeSpan? Due => _entries.Count == 0 ? null : _entries.Values.Min(entry => entry.Due);

    /// <summary>The agent is in a swarm, or stands otherwise in it than before.</summary>
    public void Set(SwarmId swarm, TrackerPart part, TimeSpan now)
    {
        if (!_entries.TryGetValue(swarm, out var entry) || entry.Event == Stopped)
            _entries[swarm] = entry = new Entry { Part = part, Event = Started, Due = now + TrackerLimits.GatherTime };
        var hasCompleted = part.LeftBytes == 0 && entry.Part.LeftBytes > 0;
        var wantsMore = part.Wanted > entry.Part.Wanted;
        entry.Part = part;
        if (wantsMore)
            entry.Due = Earlier(entry.Due, now + TrackerLimits.GatherTime);
        // One that a tracker does not know yet starts complete.
        if (hasCompleted && entry.Event is null)
            (entry.Event, entry.Due) = (Completed, Earlier(entry.Due, now + TrackerLimits.GatherTime));
    }

    /// <summary>The agent leaves a swarm; a tracker that never heard of it does not hear of that either.</summary>
    public void Leave(SwarmId swarm, TimeSpan now)
    {
        if (!_entries.TryGetValue(swarm, out var entry))
            return;
        if (entry.IsKnown || entry.IsUnderWay)
            (entry.Event, entry.Due) = (Stopped, Earlier(entry.Due, now + TrackerLimits.GatherTime));
        else
            _entries.Remove(swarm);
    }

    /// <summary>The agent leaves them all.</summary>
    public void LeaveAll(TimeSpan now)
    {
        foreach (var swarm in _entries.Keys.ToList())
            Leave(swarm, now);
    }

    /// <summary>The swarms to announce now, those that are due first: where there is room, some that would be due soon go with them.</summary>
    public IReadOnlyList<TrackerDue> Take(TimeSpan now)
    {
        if (Due is not { } due || due > now)
            return [];
        var taken = _entries.Where(pair => pair.Value.Due <= now + pair.Value.Slack).OrderBy(pair => pair.Value.Due).Take(TrackerLimits.SwarmsMax).ToList();
        foreach (var (_, entry) in taken)
            entry.IsUnderWay = true;
        return [.. taken.Select(pair => new TrackerDue(pair.Key, pair.Value.Part, pair.Value.Event))];
    }

    /// <summary>A tracker has heard of these.</summary>
    /// <param name="announced">What it was told.</param>
    /// <param name="now">The time.</param>
    /// <param name="interval">When it wants to hear of them again.</param>
    public void Book(IReadOnlyList<TrackerDue> announced, TimeSpan now, TimeSpan interval)
    {
        foreach (var (swarm, part, said) in announced)
        {
            // Left and joined again in the meantime, it starts anew.
            if (!_entries.TryGetValue(swarm, out var entry) || !entry.IsUnderWay)
                continue;
            entry.IsUnderWay = false;
            if (said == Stopped)
            {
                _entries.Remove(swarm);
                continue;
            }
            entry.IsKnown = true;
            if (entry.Event == Stopped)
                continue;
            (entry.Event, entry.Due, entry.Slack) = part.LeftBytes > 0 && entry.Part.LeftBytes == 0
                ? (Completed, now + TrackerLimits.GatherTime, TimeSpan.Zero)
                : (null, now + (entry.Part.Wanted > part.Wanted ? TrackerLimits.GatherTime : interval), interval / 10);
        }
    }

    /// <summary>A tracker has not heard of these: they are due again when it is asked again. That it was not told of an end matters little.</summary>
    public void Fail(IReadOnlyList<TrackerDue> announced, TimeSpan again)
    {
        foreach (var (swarm, _, said) in announced)
        {
            if (!_entries.TryGetValue(swarm, out var entry) || !entry.IsUnderWay)
                continue;
            entry.IsUnderWay = false;
            entry.Due = again;
            if (said == Stopped || (entry.Event == Stopped && !entry.IsKnown))
                _entries.Remove(swarm);
        }
    }

    static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    sealed class Entry
    {
        public required TrackerPart Part { get; set; }

        public string? Event { get; set; }

        public TimeSpan Due { get; set; }

        /// <summary>How long before its time it may be announced along with others.</summary>
        public TimeSpan Slack { get; set; }

        /// <summary>The tracker has heard of it.</summary>
        public bool IsKnown { get; set; }

        public bool IsUnderWay { get; set; }
    }
}

/// <summary>A swarm to announce.</summary>
/// <param name="Swarm">Which.</param>
/// <param name="Part">What to say of it.</param>
/// <param name="Event">What happened, in the words of trackers; null for nothing.</param>
sealed record TrackerDue(SwarmId Swarm, TrackerPart Part, string? Event);
