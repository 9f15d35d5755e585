using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>Pieces that this agent brought from the origin lately and that no other member has yet.</summary>
/// <remarks>
/// Whoever has several of them fetches faster than its uplink gives on: then others do better to fetch. In a crowd half of which has three
/// tenths of the uplink, that brings the last of four hosts from 1.83 to 1.30 times the bound; where all are alike it changes nothing.
/// </remarks>
sealed class UnspreadPieces(SwarmState state, SwarmRules rules)
{
    readonly Queue<(int Piece, TimeSpan At)> _brought = [];

    /// <summary>Pieces came.</summary>
    public void Add(int first, int end, TimeSpan now)
    {
        for (var piece = first; piece < end; piece++)
            _brought.Enqueue((piece, now));
    }

    /// <summary>Others should fetch, and this agent give.</summary>
    public bool AreMany(TimeSpan now)
    {
        // Nobody waits for long for those who do not take what there is.
        while (_brought.TryPeek(out var oldest) && now - oldest.At > rules.UnspreadTime)
            _brought.Dequeue();
        if (state.FetcherCount == 0 || state.Playhead is not null)
            return false;
        var count = 0;
        foreach (var (piece, _) in _brought)
            count += state.Choice.HoldersOf(new PieceIndex(piece)) == 0 ? 1 : 0;
        return count >= rules.UnspreadMax;
    }
}
