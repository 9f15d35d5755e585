using Haul.Tracker.Announces;

namespace Haul.Tracker.Swarms;

/// <summary>Who is in which swarm: as this tracker alone hears it, or all trackers that share a journal. Any thread.</summary>
interface ISwarmRegister : IAsyncDisposable
{
    /// <summary>Books an announce and fills in what to answer to each of its swarms.</summary>
    void Announce(Announce announce, AnnounceAnswer answer);

    /// <summary>Forgets those whose time is over.</summary>
    /// <param name="now">In seconds of Unix time.</param>
    void Sweep(uint now);

    /// <summary>How much there is.</summary>
    RegisterSize Size { get; }

    /// <summary>The journal cannot be reached: of what other trackers hear nothing is known until it can.</summary>
    bool IsAlone { get; }
}

/// <summary>How much a register holds.</summary>
/// <param name="Swarms">Swarms with at least one agent.</param>
/// <param name="Peers">Agents, each counted in every swarm it is in.</param>
readonly record struct RegisterSize(long Swarms, long Peers);
