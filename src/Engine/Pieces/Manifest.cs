using System.Security.Cryptography;

namespace Haul.Engine.Pieces;

/// <summary>The length and piece hashes of a content, as someone who knows the content wrote them down. Immutable.</summary>
sealed class Manifest
{
    /// <summary>The smallest pieces that are accepted: smaller ones make the list longer and prove nothing more.</summary>
    public const int PieceSizeMin = 16 << 10;

    readonly PieceHash[] _hashes;

    /// <param name="lengthBytes">Bytes of the content.</param>
    /// <param name="pieceSize">Bytes of each piece but the last; one that <see cref="IsPieceSize"/>.</param>
    /// <param name="hashes">One for each piece.</param>
    public Manifest(long lengthBytes, int pieceSize, IReadOnlyList<PieceHash> hashes)
    {
        Layout = new PieceLayout(lengthBytes, pieceSize);
        if (!IsPieceSize(pieceSize) || hashes.Count != Layout.Count)
            throw new ArgumentException($"{hashes.Count} hashes of pieces of {pieceSize} bytes are no manifest of {lengthBytes} bytes.", nameof(hashes));
        _hashes = [.. hashes];
        HashOfHashes = HashOf(_hashes);
    }

    /// <summary>How the content is cut here; not always as this machine cuts it.</summary>
    public PieceLayout Layout { get; }

    public IReadOnlyList<PieceHash> Hashes => _hashes;

    /// <summary>SHA-256 over all piece hashes in their order: it stands for the whole manifest.</summary>
    public PieceHash HashOfHashes { get; }

    /// <summary>What its publisher says of it, or null.</summary>
    public ManifestSeal? Seal { get; init; }

    /// <summary>The SHA-256 of the whole content as its text has it, which nobody has checked; or null.</summary>
    public PieceHash? SaidDigest { get => field ?? Seal?.Digest; init; }

    /// <summary>A power of two up to this machine's own piece size, so that each of our pieces is one of theirs, or several whole ones.</summary>
    public static bool IsPieceSize(long bytes) => bytes is >= PieceSizeMin and <= PieceLayout.StandardPieceSize && long.IsPow2(bytes);

    /// <summary>The manifest of bytes that are at hand.</summary>
    public static Manifest Of(ReadOnlySpan<byte> content, int pieceSize = PieceLayout.StandardPieceSize)
    {
        var layout = new PieceLayout(content.Length, pieceSize);
        var hashes = new PieceHash[layout.Count];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = PieceHash.Of(content.Slice(i * pieceSize, layout.LengthOf(new PieceIndex(i))));
        return new Manifest(content.Length, pieceSize, hashes);
    }

    /// <summary>Whether a piece with this hash is the one of the content.</summary>
    public bool Proves(PieceIndex piece, PieceHash hash) => piece.Value >= 0 && piece.Value < _hashes.Length && _hashes[piece.Value] == hash;

    static PieceHash HashOf(PieceHash[] hashes)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[PieceHash.Size];
        foreach (var hash in hashes)
        {
            hash.Write(bytes);
            all.AppendData(bytes);
        }
        all.GetHashAndReset(bytes);
        return PieceHash.Read(bytes);
    }
}
