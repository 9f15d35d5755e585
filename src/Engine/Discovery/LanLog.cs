using Microsoft.Extensions.Logging;

namespace Haul.Engine.Discovery;

/// <summary>What is logged of the local networks. The numbers are permanent.</summary>
static partial class LanLog
{
    [LoggerMessage(331, LogLevel.Information, "Peers are looked for on {Interfaces}")]
    public static partial void Looks(ILogger log, string interfaces);

    [LoggerMessage(332, LogLevel.Information, "There is no local network to look for peers on; those of a tracker and of the policy are used")]
    public static partial void HasNone(ILogger log);

    [LoggerMessage(333, LogLevel.Warning, "Peers may not be found on the local network: {Reason}")]
    public static partial void Failed(ILogger log, string reason);

    [LoggerMessage(334, LogLevel.Debug, "Peer {Peer} is at {Address}, swarm {Swarm}")]
    public static partial void Sees(ILogger log, string peer, string address, string swarm);
}
