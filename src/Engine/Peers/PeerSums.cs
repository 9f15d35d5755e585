namespace Haul.Engine.Peers;

/// <summary>What went over connections that ended, by where the peers lie and who called. One loop adds, anyone reads.</summary>
sealed class PeerSums
{
    volatile IReadOnlyDictionary<(PeerKind Kind, bool IsOutgoing), PeerTraffic> _ended = new Dictionary<(PeerKind, bool), PeerTraffic>();

    /// <summary>A connection ended.</summary>
    public void Add(PeerLink link, PeerKind kind) => _ended = With(_ended, [(link, kind)]);

    /// <summary>The sums, with those of connections that stand.</summary>
    public IReadOnlyDictionary<(PeerKind Kind, bool IsOutgoing), PeerTraffic> With(IEnumerable<(PeerLink Link, PeerKind Kind)> standing) => With(_ended, standing);

    static Dictionary<(PeerKind, bool), PeerTraffic> With(IReadOnlyDictionary<(PeerKind Kind, bool IsOutgoing), PeerTraffic> sums, IEnumerable<(PeerLink Link, PeerKind Kind)> links)
    {
        var all = sums.ToDictionary();
        foreach (var (link, kind) in links)
        {
            var key = (kind, link.IsInitiator);
            all[key] = all.GetValueOrDefault(key) + PeerTraffic.Of(link);
        }
        return all;
    }
}

/// <summary>What went over connections.</summary>
/// <param name="Connections">How many.</param>
/// <param name="TakenBytes">Bytes of pieces that came.</param>
/// <param name="WasteBytes">Of those, what was of no use.</param>
/// <param name="SentBytes">Bytes of pieces that were sent.</param>
readonly record struct PeerTraffic(int Connections, long TakenBytes, long WasteBytes, long SentBytes)
{
    public static PeerTraffic Of(PeerLink link) => new(1, link.Tally.TakenBytes, link.Tally.WasteBytes, link.SentBytes);

    public static PeerTraffic operator +(PeerTraffic one, PeerTraffic other) =>
        new(one.Connections + other.Connections, one.TakenBytes + other.TakenBytes, one.WasteBytes + other.WasteBytes, one.SentBytes + other.SentBytes);
}
