using Haul.Engine.Policies;
using Haul.Protocol.Api;

namespace Haul.Engine.Peers;

/// <summary>What an engine exchanges with peers, told to callers. Any thread.</summary>
static class PeerReport
{
    /// <summary>The report of an engine.</summary>
    /// <param name="hub">Its connections, or null where it exchanges nothing.</param>
    /// <param name="tracker">How it goes with the tracker, or null where there is none.</param>
    /// <param name="policy">What the administrator allows.</param>
    public static PeerStatus Of(PeerHub? hub, TrackerStatus? tracker, PeerPolicy policy)
    {
        if (hub is null)
            return new PeerStatus(Word(policy.Mode.ToString()), null, 0, [], [], []);
        var addresses = hub.Addresses;
        var links = hub.Links.Select(link => (Link: link, Kind: addresses.KindOf(link.Remote.Address))).ToList();
        return new PeerStatus(
            Word(policy.Mode.ToString()),
            hub.Group?.Name,
            hub.Port,
            [.. links.Select(each => Of(each.Link, each.Kind))],
            [.. hub.Sums.With(links).OrderBy(sum => sum.Key).Select(sum => new PeerSum(Word(sum.Key.Kind.ToString()), sum.Key.IsOutgoing, sum.Value.Connections, sum.Value.TakenBytes, sum.Value.WasteBytes, sum.Value.SentBytes))],
            [.. hub.Banned.Select(ban => new BannedPeer(ban.Peer.ToString(), ban.Address.ToString(), ban.Until, ban.Why.Code, ban.Why.Text))],
            tracker);
    }

    static PeerConnectionStatus Of(PeerLink link, PeerKind kind)
    {
        var traffic = PeerTraffic.Of(link);
        return new PeerConnectionStatus(
            link.Peer.ToString(), link.Remote.ToString(), Word(kind.ToString()), link.IsInitiator, traffic.TakenBytes, traffic.WasteBytes, traffic.SentBytes, (long)link.Age.TotalSeconds, link.SharedCount);
    }

    static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
