using Microsoft.Extensions.Logging;

namespace Haul.Engine.Peers;

/// <summary>What is logged of connections to other agents. The numbers are permanent.</summary>
static partial class PeerLog
{
    [LoggerMessage(321, LogLevel.Warning, "Peer {Peer} at {Address} is refused for {Minutes} minutes: it {Why}")]
    public static partial void Bans(ILogger log, string peer, string address, int minutes, string why);

    [LoggerMessage(322, LogLevel.Debug, "Peer {Peer} at {Address} is connected")]
    public static partial void Connects(ILogger log, string peer, string address);

    [LoggerMessage(323, LogLevel.Debug, "Peer {Peer} at {Address} is gone")]
    public static partial void Leaves(ILogger log, string peer, string address);

    [LoggerMessage(324, LogLevel.Warning, "{Why}. This agent listens at port {Port} for now, where only those find it who ask on the network or a tracker")]
    public static partial void Moves(ILogger log, string why, int port);

    [LoggerMessage(325, LogLevel.Information, "A connection with another agent came to nothing: {Why}. The like is not said again for an hour")]
    public static partial void ComesToNothing(ILogger log, string why);
}
