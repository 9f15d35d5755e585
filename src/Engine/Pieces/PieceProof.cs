using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Pieces;

/// <summary>Holds the pieces of a local file against the manifest of the remote one. Immutable; asked by any thread.</summary>
/// <remarks>
/// A manifest is about the remote file, and ranges are written back to back: only where each begins and ends with a piece of the manifest
/// does every local piece consist of whole pieces of it. All pieces of a local file can be held against it, or none.
/// </remarks>
sealed class PieceProof
{
    readonly Manifest _manifest;
    readonly RangeMap _map;

    PieceProof(Manifest manifest, RangeMap map) => (_manifest, _map) = (manifest, map);

    /// <summary>The manifest of the remote file.</summary>
    public Manifest Manifest => _manifest;

    /// <summary>Bytes of the remote file that the manifest is about.</summary>
    public long RemoteLength => _manifest.Layout.Length;

    /// <summary>Each of the manifest's pieces is one of ours: a piece's hash tells without its bytes.</summary>
    public bool HasOurPieces => _manifest.Layout.PieceSize == PieceLayout.StandardPieceSize;

    /// <summary>The proof of a local file that is made of these ranges, none for the whole; a failure where they cut through pieces.</summary>
    public static Outcome<PieceProof> Of(Manifest manifest, IReadOnlyList<ByteRange> ranges)
    {
        var (length, size) = (manifest.Layout.Length, manifest.Layout.PieceSize);
        if (RangeMap.Of(ranges, length) is not { } map)
            return new Failure(DO_E_INVALID_RANGE, $"a wanted range lies outside the {length} bytes that the piece hashes are about");
        for (var i = 0; i < ranges.Count; i++)
        {
            var (first, end) = ((long)ranges[i].Offset, ranges[i].Length == ByteRange.ToEndOfFile ? length : (long)(ranges[i].Offset + ranges[i].Length));
            var endsWell = end % size == 0 || (end == length && i == ranges.Count - 1);
            if (first % size != 0 || !endsWell)
                return new Failure(DO_E_DOWNLOAD_RANGES_UNEXPECTED, $"the range from byte {first} to {end - 1} cuts through pieces of {size} bytes, which cannot be checked in parts");
        }
        return new PieceProof(manifest, map);
    }

    /// <summary>Whether the bytes of a local piece are the true ones.</summary>
    /// <param name="piece">Which.</param>
    /// <param name="hash">Their SHA-256.</param>
    /// <param name="bytes">The bytes: hashed again, in parts, only where the manifest's pieces are smaller than ours.</param>
    public bool Holds(PieceIndex piece, PieceHash hash, ReadOnlySpan<byte> bytes)
    {
        var offset = (long)piece.Value * PieceLayout.StandardPieceSize;
        if (bytes.Length != Math.Min(PieceLayout.StandardPieceSize, _map.Length - offset))
            return false;
        var size = _manifest.Layout.PieceSize;
        if (size == PieceLayout.StandardPieceSize)
            return _manifest.Proves(RemotePiece(offset), hash);
        for (var at = 0; at < bytes.Length; at += size)
        {
            if (!_manifest.Proves(RemotePiece(offset + at), PieceHash.Of(bytes.Slice(at, Math.Min(size, bytes.Length - at)))))
                return false;
        }
        return true;
    }

    /// <summary>False where a piece with this hash is surely not a true one; without its bytes, only pieces of our own size tell.</summary>
    public bool MayHold(PieceIndex piece, PieceHash hash)
    {
        var offset = (long)piece.Value * PieceLayout.StandardPieceSize;
        return offset < _map.Length && (_manifest.Layout.PieceSize != PieceLayout.StandardPieceSize || _manifest.Proves(RemotePiece(offset), hash));
    }

    PieceIndex RemotePiece(long offset) => new((int)(_map.At(offset).Remote / _manifest.Layout.PieceSize));
}
