using System.Net;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Haul.Engine.Peers;

/// <summary>What the hub stands on.</summary>
sealed record PeerHubTools(IPeerNetwork Network, PeerIdentity Own, GroupKey? Group, Func<Policy> Policy, TimeProvider Time)
{
    /// <summary>This machine's addresses with their prefix lengths, now.</summary>
    public Func<IReadOnlyList<(IPAddress Address, int PrefixLength)>> OwnAddresses { get; init; } = static () => [];

    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>The speed of this machine's fastest link to a local network, KiB a second; 0 where it is not known.</summary>
    public Func<uint> LinkKiB { get; init; } = static () => 0;

    /// <summary>What this agent can give to others in a second, KiB: its limit, or the speed of its link; 0 where neither is known.</summary>
    public uint CapacityKiB => Policy().Peers.UploadBytesPerSecondMax is var limit and > 0 ? (uint)Math.Clamp(limit / 1024, 1, LinkKiB() is var link and > 0 ? link : uint.MaxValue) : LinkKiB();

    /// <summary>Which addresses an agent that takes connections at one may speak with now.</summary>
    public PeerAddresses AddressesFor(IPAddress? listensAt) =>
        new(Policy().Peers.Mode, Policy().Peers.SameSubnetOnly, OwnAddresses(), listensAt is not null && IPAddress.IsLoopback(listensAt));
}
