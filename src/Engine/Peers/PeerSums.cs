namespace Haul.Engine.Peers;

/// <summary>What went over connections that ended, by where the peers lie and who called. One loop adds, anyone reads.</summary>
sealed class PeerSums
{
    /// <summary>Connections that ended lately: what came over them may still turn out to be of no use.</summary>
    const int LateMax = 32;

    volatile State _state = new(new Dictionary<(PeerKind, bool), PeerTraffic>(), []);

    /// <summary>A connection ended.</summary>
    public void Add(PeerLink link, PeerKind kind)
    {
        var (ended, late) = _state;
        _state = late.Count < LateMax ? new State(ended, [.. late, (link, kind)]) : new State(With(ended, late.Take(1)), [.. late.Skip(1), (link, kind)]);
    }

    /// <summary>The sums, with those of connections that stand.</summary>
    public IReadOnlyDictionary<(PeerKind Kind, bool IsOutgoing), PeerTraffic> With(IEnumerable<(PeerLink Link, PeerKind Kind)> standing)
    {
        var (ended, late) = _state;
        return With(ended, late.Concat(standing));
    }

    sealed record State(IReadOnlyDictionary<(PeerKind Kind, bool IsOutgoing), PeerTraffic> Ended, IReadOnlyList<(PeerLink Link, PeerKind Kind)> Late);

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
