using Haul.Engine.Pieces;

namespace Haul.Engine.Store;

/// <summary>Hashes one piece off the receiving path, then reports it.</summary>
sealed class PieceWork(PieceIndex piece, PieceBuffer buffer, PieceProof? proof, PieceHashed report) : IThreadPoolWorkItem
{
    /// <summary>Up to this length a piece is hashed where it was received: to hand it over would cost more than the 50 µs that it takes.</summary>
    public const int OnTheSpotMax = 64 << 10;

    public void Execute()
    {
        var hash = PieceHash.Of(buffer.Span);
        var isTrue = !(buffer.Arrival?.Expected is { } expected && expected != hash) && (proof is null || proof.Holds(piece, hash, buffer.Span)) && buffer.Keep();
        var length = buffer.Length;
        buffer.Release();
        report(piece, hash, length, isTrue);
    }
}

/// <summary>Told, on any thread, when a piece that stands in the file has been hashed.</summary>
/// <param name="piece">Which.</param>
/// <param name="hash">Its SHA-256.</param>
/// <param name="length">Bytes of it.</param>
/// <param name="isTrue">False where a manifest says that these are not the bytes of the content.</param>
delegate void PieceHashed(PieceIndex piece, PieceHash hash, int length, bool isTrue);
