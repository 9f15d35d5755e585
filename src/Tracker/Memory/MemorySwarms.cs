using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Memory;

/// <summary>Who is in which swarm, in the memory of this process: agents announce again after a restart, so nothing is written down.</summary>
/// <remarks>A swarm belongs to the shard that the hash of its key names, so that calls for different swarms hardly wait for each other.</remarks>
sealed class MemorySwarms : ISwarmRegister
{
    const int ShardBits = 6;

    readonly SwarmShard[] _shards = new SwarmShard[1 << ShardBits];

    /// <param name="peersMax">Peers that are recorded, each counted in every swarm.</param>
    /// <param name="seed">For who is picked among equals.</param>
    public MemorySwarms(int peersMax, int seed)
    {
        var room = new RegisterRoom(peersMax);
        for (var i = 0; i < _shards.Length; i++)
            _shards[i] = new SwarmShard(room, new Random(seed + i));
    }

    public bool IsAlone => false;

    public RegisterSize Size
    {
        get
        {
            var (swarms, peers) = (0L, 0L);
            foreach (var shard in _shards)
            {
                var size = shard.Size();
                (swarms, peers) = (swarms + size.Swarms, peers + size.Peers);
            }
            return new RegisterSize(swarms, peers);
        }
    }

    public void Announce(Announce announce, AnnounceAnswer answer)
    {
        foreach (ref readonly var swarm in announce.Swarms)
        {
            var key = new SwarmKey(announce.Group, swarm.Id);
            var hash = SecretHash.Of(key);
            // The tables take the low bits.
            _shards[(uint)hash >> (32 - ShardBits)].Announce(announce, swarm, key, hash, answer);
        }
    }

    public void Sweep(uint now)
    {
        foreach (var shard in _shards)
            shard.Forget(now);
    }

    public ValueTask DisposeAsync() => default;
}
