using System.Net;
using System.Net.Sockets;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>What the protocols want done: datagrams to send, and sightings to tell.</summary>
sealed class LanOutbox
{
    static readonly AddressFamily[] _families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    public List<LanSend> Sends { get; } = [];

    public List<LanSighting> Sightings { get; } = [];

    /// <summary>To everyone on an interface, by each version of IP that it speaks.</summary>
    public void SendToAll(MulticastChannel channel, LanInterface lan, byte[] bytes)
    {
        foreach (var family in _families.Where(lan.Has))
            Sends.Add(new LanSend(channel, lan.Index, channel.Group(family), bytes));
    }
}

/// <summary>A datagram to send.</summary>
/// <param name="Channel">On which channel.</param>
/// <param name="InterfaceIndex">Through which interface.</param>
/// <param name="To">To whom.</param>
/// <param name="Bytes">What.</param>
sealed record LanSend(MulticastChannel Channel, int InterfaceIndex, IPEndPoint To, byte[] Bytes);

/// <summary>A peer that was heard of in the local network.</summary>
/// <param name="Peer">Who and where, as it says itself.</param>
/// <param name="Swarm">What it has or wants; null when it only said that it is there.</param>
/// <param name="Asks">It asked for the swarm (true), or answered for it (false); null where it only said that it is there.</param>
sealed record LanSighting(PeerSighting Peer, SwarmId? Swarm, bool? Asks = null);
