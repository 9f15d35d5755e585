namespace Haul.Engine.Pieces;

/// <summary>The number of a piece in its content, from 0.</summary>
readonly record struct PieceIndex(int Value)
{
    public override string ToString() => $"piece {Value}";
}

/// <summary>How a content of known length is cut into pieces: all of one size, the last one shorter.</summary>
/// <param name="Length">Bytes of the whole content.</param>
/// <param name="PieceSize">Bytes of each piece but the last.</param>
sealed record PieceLayout(long Length, int PieceSize)
{
    /// <summary>Piece size of every content: the size Delivery Optimization's piece-hash files use (1 MiB).</summary>
    public const int StandardPieceSize = 1 << 20;

    public PieceLayout(long length)
        : this(length, StandardPieceSize)
    {
    }

    /// <summary>How many pieces there are; none in an empty content.</summary>
    public int Count => checked((int)((Length + PieceSize - 1) / PieceSize));

    public long OffsetOf(PieceIndex piece) => (long)piece.Value * PieceSize;

    public int LengthOf(PieceIndex piece) => (int)Math.Min(PieceSize, Length - OffsetOf(piece));
}
