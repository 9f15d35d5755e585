using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>The pieces that are wanted and that some peer has, by how many have them. The rarest come first.</summary>
/// <remarks>Each operation takes a few steps, whatever the number of pieces: a bucket for each count, and for each piece its place in it.</remarks>
sealed class PieceChoice(int pieceCount)
{
    readonly List<List<int>> _buckets = [];
    readonly int[] _place = NoPlaces(pieceCount);
    readonly int[] _holders = new int[pieceCount];
    readonly PieceSet _set = new(pieceCount);

    public int Count => _set.Count;

    public bool Contains(PieceIndex piece) => _set.Contains(piece);

    /// <summary>Peers that have a piece.</summary>
    public int HoldersOf(PieceIndex piece) => _holders[piece.Value];

    /// <summary>One peer more, or less, has a piece.</summary>
    public void CountHolder(PieceIndex piece, int change)
    {
        var isIn = _set.Contains(piece);
        if (isIn)
            Remove(piece);
        _holders[piece.Value] += change;
        if (isIn && _holders[piece.Value] > 0)
            Add(piece);
    }

    /// <summary>The piece is wanted, and some peer has it.</summary>
    public void Add(PieceIndex piece)
    {
        if (!_set.Add(piece))
            return;
        var holders = _holders[piece.Value];
        while (_buckets.Count <= holders)
            _buckets.Add([]);
        _place[piece.Value] = _buckets[holders].Count;
        _buckets[holders].Add(piece.Value);
    }

    /// <summary>The piece is on its way, here, or nowhere to be had.</summary>
    public void Remove(PieceIndex piece)
    {
        if (!_set.Remove(piece))
            return;
        var bucket = _buckets[_holders[piece.Value]];
        var place = _place[piece.Value];
        var last = bucket[^1];
        bucket[place] = last;
        _place[last] = place;
        bucket.RemoveAt(bucket.Count - 1);
        _place[piece.Value] = -1;
    }

    /// <summary>The first at or behind a piece.</summary>
    public PieceIndex? NextIn(int from) => _set.NextIn(from);

    /// <summary>The rarest, several of equal rarity in an order that differs from agent to agent; at most so many.</summary>
    public void Rarest(Random random, int countMax, List<PieceIndex> into)
    {
        foreach (var bucket in _buckets)
        {
            if (bucket.Count == 0)
                continue;
            var start = random.Next(bucket.Count);
            for (var i = 0; i < bucket.Count && into.Count < countMax; i++)
                into.Add(new PieceIndex(bucket[(start + i) % bucket.Count]));
            if (into.Count >= countMax)
                return;
        }
    }

    static int[] NoPlaces(int count)
    {
        var places = new int[count];
        Array.Fill(places, -1);
        return places;
    }
}
