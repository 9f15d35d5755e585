using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>How a content is cut into slices: the same in every agent, since it follows from the piece layout alone.</summary>
sealed class Slices
{
    /// <summary>Contents of up to so many pieces have slices of one piece: the smaller the slice, the shorter the time in which the last
    /// one of a crowd is on its way.</summary>
    public const int SinglePiecesMax = 512;

    /// <summary>Pieces of a slice of larger contents: at 4 MiB, asking costs the origin little.</summary>
    public const int StandardPieces = 4;

    /// <summary>Slices of one content at most, so that ranking them all costs milliseconds.</summary>
    public const int CountMax = 4096;

    public Slices(PieceLayout layout)
    {
        PieceCount = layout.Count;
        PiecesPerSlice = layout.Count <= SinglePiecesMax ? 1 : Math.Max(StandardPieces, (layout.Count + CountMax - 1) / CountMax);
        Count = (layout.Count + PiecesPerSlice - 1) / PiecesPerSlice;
    }

    public int PieceCount { get; }

    public int PiecesPerSlice { get; }

    public int Count { get; }

    public int Of(PieceIndex piece) => piece.Value / PiecesPerSlice;

    public int FirstPiece(int slice) => slice * PiecesPerSlice;

    public int EndPiece(int slice) => Math.Min(PieceCount, (slice + 1) * PiecesPerSlice);
}
