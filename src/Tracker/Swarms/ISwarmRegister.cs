using Haul.Protocol.Contract;
using Haul.Tracker.Announces;

namespace Haul.Tracker.Swarms;

/// <summary>Who is in which swarm: in this process's memory, or in a Redis that several trackers share. Any thread.</summary>
interface ISwarmRegister : IAsyncDisposable
{
    /// <summary>Books an announce and fills in what to answer to each of its swarms; a failure where the register cannot be reached.</summary>
    ValueTask<Failure?> AnnounceAsync(Announce announce, AnnounceAnswer answer);

    /// <summary>Forgets those whose time is over.</summary>
    /// <param name="now">In seconds of Unix time.</param>
    ValueTask SweepAsync(uint now);

    /// <summary>How much there is; also tells whether the register can be reached.</summary>
    ValueTask<Outcome<RegisterSize>> SizeAsync();
}

/// <summary>How much a register holds.</summary>
/// <param name="Swarms">Swarms with at least one agent.</param>
/// <param name="Peers">Agents, each counted in every swarm it is in.</param>
readonly record struct RegisterSize(long Swarms, long Peers);
