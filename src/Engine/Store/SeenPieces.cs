using Haul.Engine.Pieces;

namespace Haul.Engine.Store;

/// <summary>What of an earlier run's pieces need not be read again: this start of the system saw them stand in the file. Immutable once read.</summary>
sealed class SeenPieces(int count)
{
    /// <summary>Nothing.</summary>
    public static readonly SeenPieces None = new(0);

    readonly PieceSet _pieces = new(count);
    readonly byte[] _state = new byte[RunningDigest.StateBytes];
    int _contiguous;

    /// <summary>Pieces from the front whose running hash is known.</summary>
    public int Front { get; private set; }

    /// <summary>The running hash of the front.</summary>
    public ReadOnlySpan<byte> State => _state;

    public bool Contains(PieceIndex piece) => piece.Value < _pieces.Capacity && _pieces.Contains(piece);

    /// <summary>One more piece, in order.</summary>
    /// <param name="piece">Which.</param>
    /// <param name="state">The running hash up to its end; zeros where it is not known.</param>
    public void Add(PieceIndex piece, ReadOnlySpan<byte> state)
    {
        _pieces.Add(piece);
        if (piece.Value != _contiguous)
            return;
        _contiguous++;
        if (!state.ContainsAnyExcept((byte)0))
            return;
        Front = _contiguous;
        state.CopyTo(_state);
    }
}
