using System.Diagnostics;
using Haul.Engine.Pieces;

namespace Haul.Engine.Transfers;

/// <summary>What is known about each piece of one content.</summary>
/// <remarks>
/// A piece is in exactly one state:
/// <code>
/// Needed ──► Requested ──► Have
///    ▲───────────┘  its source was lost
///    ▲─────────────────────┘  what stands in the file is not what was recorded
/// </code>
/// Owned by the transfer's loop.
/// </remarks>
sealed class PieceTable
{
    readonly PieceSet _needed;
    readonly PieceSet _have;
    PieceHash[] _hashes = [];

    public PieceTable(PieceLayout layout)
    {
        Layout = layout;
        _needed = new PieceSet(layout.Count);
        _have = new PieceSet(layout.Count);
        for (var i = 0; i < layout.Count; i++)
            _needed.Add(new PieceIndex(i));
    }

    public PieceLayout Layout { get; }

    public bool IsComplete => _have.IsFull;

    /// <summary>Pieces that nobody has been asked for.</summary>
    public int NeededCount => _needed.Count;

    public int HaveCount => _have.Count;

    public bool Has(PieceIndex piece) => _have.Contains(piece);

    public PieceHash HashOf(PieceIndex piece) => _hashes[piece.Value];

    /// <summary>The first needed piece, or null.</summary>
    public PieceIndex? FirstNeeded => _needed.NextIn(0);

    /// <summary>Needed to Requested: the first run of needed pieces, at most so many.</summary>
    public (PieceIndex First, int Count)? Request(int countMax)
    {
        if (FirstNeeded is not { } first)
            return null;
        var count = 0;
        while (count < countMax && first.Value + count < _needed.Capacity && _needed.Remove(new PieceIndex(first.Value + count)))
            count++;
        return (first, count);
    }

    /// <summary>Needed to Requested for one piece; false when it is in another state.</summary>
    public bool TryRequest(PieceIndex piece) => piece.Value < _needed.Capacity && _needed.Remove(piece);

    /// <summary>Requested to Needed: the source that had them is lost.</summary>
    public void GiveBack(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var piece = new PieceIndex(i);
            Debug.Assert(!_have.Contains(piece), "A piece that is here cannot be given back.");
            _needed.Add(piece);
        }
    }

    /// <summary>Requested (or Needed, when recalled from an earlier run) to Have.</summary>
    public void Store(PieceIndex piece, PieceHash hash)
    {
        _needed.Remove(piece);
        var isNew = _have.Add(piece);
        Debug.Assert(isNew, "A piece is stored once.");
        if (_hashes.Length <= piece.Value)
            Array.Resize(ref _hashes, Math.Min(Layout.Count, Math.Max(piece.Value + 1, Math.Max(16, _hashes.Length * 2))));
        _hashes[piece.Value] = hash;
    }

    /// <summary>Have to Needed: the record was wrong.</summary>
    public void Lose(PieceIndex piece)
    {
        _have.Remove(piece);
        _needed.Add(piece);
    }

    /// <summary>Bytes of the pieces that are here.</summary>
    public long HaveBytes
    {
        get
        {
            if (Layout.Count == 0)
                return 0;
            var last = new PieceIndex(Layout.Count - 1);
            return (long)_have.Count * Layout.PieceSize - (_have.Contains(last) ? Layout.PieceSize - Layout.LengthOf(last) : 0);
        }
    }
}
