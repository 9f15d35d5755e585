namespace Haul.Engine.Pieces;

/// <summary>Makes the manifest of a content that is read once, from front to back.</summary>
static class ManifestMaker
{
    /// <summary>The manifest of a stream and the SHA-256 of all of it.</summary>
    public static (Manifest Manifest, PieceHash Digest) Make(Stream content)
    {
        using var whole = new RunningDigest();
        var hashes = new List<PieceHash>();
        var piece = new byte[PieceLayout.StandardPieceSize];
        long length = 0;
        while (Fill(content, piece) is > 0 and var count)
        {
            hashes.Add(whole.AppendPiece(piece.AsSpan(0, count)));
            length += count;
        }
        return (new Manifest(length, PieceLayout.StandardPieceSize, hashes), PieceHash.Read(whole.Finish()));
    }

    /// <summary>Reads a whole piece, or what is left.</summary>
    static int Fill(Stream content, byte[] piece)
    {
        var filled = 0;
        while (filled < piece.Length && content.Read(piece, filled, piece.Length - filled) is > 0 and var count)
            filled += count;
        return filled;
    }
}
