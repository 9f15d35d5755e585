using Haul.Engine.Pieces;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>What went over the lines, held against what engines say of it: bytes from the origin and from peers are the file and the waste.</summary>
sealed class SiteBooks(Site site)
{
    // Bytes of each piece that peers gave to a machine, true ones and false ones.
    readonly Dictionary<(SiteMachine To, int Piece, bool IsFalse), long> _given = [];

    public void Given(SiteMachine to, long offset, int count, bool isFalse)
    {
        var what = (to, (int)(offset / site.Content.Layout.PieceSize), isFalse);
        _given[what] = _given.GetValueOrDefault(what) + count;
    }

    public bool WasGivenFalse(SiteMachine to) => Pieces.Any(piece => WasGiven(to, piece, isFalse: true));

    IEnumerable<PieceIndex> Pieces => Enumerable.Range(0, site.Content.Layout.Count).Select(i => new PieceIndex(i));

    bool WasGiven(SiteMachine to, PieceIndex piece, bool isFalse) => _given.GetValueOrDefault((to, piece.Value, isFalse)) >= site.Content.Layout.LengthOf(piece);

    /// <summary>What does not add up for a machine that has had one life and has the file; null where all does.</summary>
    public string? Fault(SiteMachine machine, EngineLife life)
    {
        if (machine.Volume.Find($"{SimVolume.Home}/image") is null)
            return null;
        var layout = site.Content.Layout;
        var fromOrigin = Pieces.Where(piece => OriginGave(life.Lane, piece)).ToList();
        var hub = life.Engine.Peers!.Hub;
        var status = life.Engine.PeerStatus;
        var (taken, waste) = (status.Sums.Sum(sum => sum.BytesTaken), status.Sums.Sum(sum => sum.BytesWasted));
        // A piece that came both ways was written once, from either.
        var twice = fromOrigin.Where(piece => WasGiven(machine, piece, isFalse: false)).Sum(layout.LengthOf);
        var over = fromOrigin.Sum(layout.LengthOf) + taken - waste - layout.Length;
        return over >= 0 && over <= twice ? null
            : $"the file has {layout.Length} bytes; {fromOrigin.Sum(layout.LengthOf)} came from the origin in whole pieces, {taken} from {hub.Links.Count} peers, of which it calls {waste} waste: {over} are {(over < 0 ? "missing" : "left over")}";
    }

    /// <summary>The origin gave all bytes of a piece to a life, and true ones.</summary>
    bool OriginGave(SimLane life, PieceIndex piece)
    {
        var layout = site.Content.Layout;
        var (at, end) = (layout.OffsetOf(piece), layout.OffsetOf(piece) + layout.LengthOf(piece));
        foreach (var (first, last) in site.Origin.Requests.Where(seen => seen.By == life && seen.Path == site.Content.Served.Path).SelectMany(TrueOf).Order())
        {
            if (first <= at && last > at)
                at = last;
        }
        return at >= end;
    }

    /// <summary>Where an answer gave bytes of true pieces: before a false one and behind it.</summary>
    IEnumerable<(long First, long End)> TrueOf(SeenRequest seen)
    {
        var (first, size) = (seen.First ?? 0, site.Content.Layout.PieceSize);
        var end = first + seen.Bytes;
        if (seen.FalseAt is not { } wrong)
            return [(first, end)];
        return [(first, wrong / size * size), ((wrong / size + 1) * size, end)];
    }
}
