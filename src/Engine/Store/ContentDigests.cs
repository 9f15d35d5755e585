using System.Security.Cryptography;
using Haul.Engine.Pieces;

namespace Haul.Engine.Store;

/// <summary>The digests of a whole content while it is hashed from front to back: SHA-256, or another hash after it. One thread at a time.</summary>
sealed class ContentDigests
{
    readonly RunningDigest _sha256 = new();
    readonly IncrementalHash? _second;
    bool _isAhead; // it has taken a piece that the disk refused

    ContentDigests(IncrementalHash? second) => _second = second;

    /// <summary>Those that are to be found out, in their order; null for none.</summary>
    public static ContentDigests? Of(IReadOnlyList<HashAlgorithmName> digests) =>
        digests.Count == 0 ? null : new ContentDigests(digests.Count > 1 ? IncrementalHash.CreateHash(digests[1]) : null);

    /// <summary>The digest whose state says all that is to be known of the front; null where none does.</summary>
    public RunningDigest? Savable => _second is null && !_isAhead ? _sha256 : null;

    /// <summary>Takes the next piece if it is a true one and stands in the file, and gives its own hash in any case.</summary>
    public bool TryAppend(PieceIndex piece, PieceBuffer buffer, PieceProof? proof, out PieceHash hash)
    {
        if (!_sha256.TryAppendPiece(piece, buffer.Span, proof, buffer.Arrival?.Expected, out hash))
            return false;
        if (!buffer.Keep())
        {
            _isAhead = true;
            return false;
        }
        _second?.AppendData(buffer.Span);
        return true;
    }

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.Append(bytes);
        _second?.AppendData(bytes);
    }

    /// <summary>The digests of all that was taken; nothing more can be.</summary>
    public byte[][] Finish() => _second is null ? [_sha256.Finish()] : [_sha256.Finish(), _second.GetHashAndReset()];
}
