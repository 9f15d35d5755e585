using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>The swarms of this agent under the ids that they have on the air: for this hour, and the hours before and behind, since clocks differ.</summary>
/// <param name="blind">The id of a swarm in an epoch, which only members can compute.</param>
sealed class BlindedIds(Func<SwarmId, ulong, ulong> blind)
{
    readonly HashSet<SwarmId> _swarms = [];
    readonly Dictionary<(ulong Epoch, ulong Id), SwarmId> _byId = [];

    /// <summary>The hour for which ids are sent.</summary>
    public ulong Epoch { get; private set; }

    ulong[] Epochs => [Epoch == 0 ? 0 : Epoch - 1, Epoch, Epoch + 1];

    /// <summary>Takes a swarm in.</summary>
    public void Add(SwarmId swarm)
    {
        if (_swarms.Add(swarm))
            Know(swarm);
    }

    /// <summary>Leaves a swarm out.</summary>
    public void Remove(SwarmId swarm)
    {
        if (!_swarms.Remove(swarm))
            return;
        foreach (var (key, _) in _byId.Where(one => one.Value == swarm).ToArray())
            _byId.Remove(key);
    }

    /// <summary>Goes to another hour; one beyond all calendars is taken for the last.</summary>
    public void Move(ulong epoch)
    {
        epoch = Math.Min(epoch, uint.MaxValue);
        if (epoch == Epoch)
            return;
        Epoch = epoch;
        _byId.Clear();
        foreach (var swarm in _swarms)
            Know(swarm);
    }

    /// <summary>The id to send.</summary>
    public ulong Of(SwarmId swarm) => blind(swarm, Epoch);

    /// <summary>The swarm that has an id in an epoch; null when it is none of ours, or the epoch is not near.</summary>
    public SwarmId? Find(ulong epoch, ulong id) => _byId.TryGetValue((epoch, id), out var swarm) ? swarm : null;

    void Know(SwarmId swarm)
    {
        foreach (var epoch in Epochs)
            _byId[(epoch, blind(swarm, epoch))] = swarm;
    }
}
