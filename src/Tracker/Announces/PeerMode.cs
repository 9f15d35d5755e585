namespace Haul.Tracker.Announces;

/// <summary>Whom an agent exchanges pieces with; the download modes of Delivery Optimization.</summary>
enum PeerMode : byte
{
    /// <summary>Those behind the same public address.</summary>
    Lan,

    /// <summary>Those of its group, wherever they are.</summary>
    Group,

    /// <summary>All of the swarm.</summary>
    Internet,
}

/// <summary>What happened to an agent's part in a swarm since it announced last.</summary>
enum AnnounceEvent : byte
{
    None,

    /// <summary>It has come; its counts begin at 0.</summary>
    Started,

    /// <summary>It has every piece now.</summary>
    Completed,

    /// <summary>It leaves.</summary>
    Stopped,
}
