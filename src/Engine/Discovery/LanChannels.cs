using System.Net;
using Haul.Engine.Platform;

namespace Haul.Engine.Discovery;

/// <summary>Where agents talk to each other about being there and about contents.</summary>
static class LanChannels
{
    /// <summary>Multicast DNS: groups and port are those of RFC 6762, section 3, and so is 255, by which it is told that no router was passed.</summary>
    public static readonly MulticastChannel Presence = new(IPAddress.Parse("224.0.0.251"), IPAddress.Parse("ff02::fb"), 5353, 255, SendsFromPort: true);

    /// <summary>
    /// Who wants and has what. 239.255.0.0/16 is the local scope that each site may use as it likes (RFC 2365); 77.90 are the letters M and Z,
    /// which nobody was found to use. ff02:: is the link itself (RFC 4291), with the letters H and V as group. 7691 has no registered use. One hop, since
    /// a network behind a router may be another one's.
    /// </summary>
    public static readonly MulticastChannel Content = new(IPAddress.Parse("239.255.77.90"), IPAddress.Parse("ff02::4856"), 7691, 1, SendsFromPort: false);
}
