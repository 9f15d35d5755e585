using System.Net;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>Word that a peer may be found at an address; whether it is there, and who it is, shows when it is called.</summary>
/// <param name="Id">Who it is said to be, where that was said.</param>
/// <param name="Address">Where it takes connections.</param>
/// <param name="From">Who said so.</param>
sealed record PeerSighting(PeerId? Id, IPEndPoint Address, SightingOrigin From);

/// <summary>Who tells of a peer.</summary>
enum SightingOrigin
{
    /// <summary>The peer itself, to everyone on the local network.</summary>
    Lan,

    /// <summary>A tracker.</summary>
    Tracker,

    /// <summary>The administrator, in the policy.</summary>
    Static,

    /// <summary>Another peer of the same swarm.</summary>
    Exchange,
}
