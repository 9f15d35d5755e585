using System.Net.Sockets;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>Who listens where an agent is looked for.</summary>
static class AgentPeer
{
    /// <summary>Jobs carry passwords: they are told to an agent of this user or of root, and to no stranger who took its place.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="path">Where to.</param>
    /// <param name="isNamed">The user said so; else it is a usual place, where root trusts nobody but root.</param>
    public static Failure? Refusal(Socket socket, string path, bool isNamed)
    {
        var own = PeerCredentials.Current().Uid;
        return PeerCredentials.Of(socket) is { } peer && (peer.Uid == 0 || peer.Uid == own || (own == 0 && isNamed))
            ? null
            : new Failure(HResults.E_ACCESSDENIED, $"The program that listens at {path} belongs neither to you nor to root; nothing was sent to it");
    }
}
