using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Haul.Engine.Pieces;

/// <summary>SHA-256 of a content that is fed from front to back, and of each of its pieces on the way.</summary>
sealed class RunningDigest : IDisposable
{
    readonly IncrementalHash? _library;
    readonly uint[] _whole = ShaKernel.Start.ToArray();
    readonly byte[] _tail = new byte[ShaKernel.BlockSize];
    int _tailLength;
    long _length;

    public RunningDigest()
        : this(ShaKernel.IsUsable)
    {
    }

    /// <param name="isNative">By <see cref="ShaKernel"/>, else by the runtime's library.</param>
    internal RunningDigest(bool isNative) => _library = isNative ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes of a state that is kept.</summary>
    public const int StateBytes = ShaKernel.StateSize * sizeof(uint);

    /// <summary>Writes down how far it is; false where it stands inside a block, or the runtime's library hashes, which does not tell.</summary>
    public bool TrySave(Span<byte> state)
    {
        if (_library is not null || _tailLength > 0)
            return false;
        for (var i = 0; i < ShaKernel.StateSize; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(state[(i * sizeof(uint))..], _whole[i]);
        return true;
    }

    /// <summary>Goes on from a state that was written down after so many bytes, instead of from the start; false where it cannot.</summary>
    public bool TryGoOn(ReadOnlySpan<byte> state, long length)
    {
        if (_library is not null || length % ShaKernel.BlockSize != 0)
            return false;
        for (var i = 0; i < ShaKernel.StateSize; i++)
            _whole[i] = BinaryPrimitives.ReadUInt32LittleEndian(state[(i * sizeof(uint))..]);
        (_length, _tailLength) = (length, 0);
        return true;
    }

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_library is not null)
        {
            _library.AppendData(bytes);
            return;
        }
        _length += bytes.Length;
        if (_tailLength > 0)
        {
            var missing = Math.Min(ShaKernel.BlockSize - _tailLength, bytes.Length);
            bytes[..missing].CopyTo(_tail.AsSpan(_tailLength));
            bytes = bytes[missing..];
            _tailLength += missing;
            if (_tailLength < ShaKernel.BlockSize)
                return;
            ShaKernel.Take(_whole, [], _tail);
        }
        TakeFromBlock(bytes, []);
    }

    /// <summary>Takes the next piece and gives its own hash.</summary>
    public PieceHash AppendPiece(ReadOnlySpan<byte> piece)
    {
        TryAppendPiece(default, piece, null, null, out var hash);
        return hash;
    }

    /// <summary>Takes the next piece if it is a true one, and gives its own hash in any case.</summary>
    /// <param name="piece">Which.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="proof">Tells true pieces from false ones; null where every piece is taken.</param>
    /// <param name="expected">The hash that it must have, or null.</param>
    /// <param name="hash">Its hash.</param>
    public bool TryAppendPiece(PieceIndex piece, ReadOnlySpan<byte> bytes, PieceProof? proof, PieceHash? expected, out PieceHash hash)
    {
        // A piece that begins inside a block of the whole shares none with it; of real ones, which are as long as many blocks, none does.
        if (_library is not null || _tailLength > 0)
        {
            hash = PieceHash.Of(bytes);
            if (IsFalse(piece, hash, bytes, proof, expected))
                return false;
            Append(bytes);
            return true;
        }
        // Both hashes are made in one pass, so what a false piece did to the whole is taken back.
        Span<uint> before = stackalloc uint[ShaKernel.StateSize];
        _whole.CopyTo(before);
        Span<uint> own = stackalloc uint[ShaKernel.StateSize];
        ShaKernel.Start.CopyTo(own);
        TakeFromBlock(bytes, own);
        hash = PieceHash.OfWords(Close(own, _tail.AsSpan(0, _tailLength), bytes.Length));
        if (IsFalse(piece, hash, bytes, proof, expected))
        {
            before.CopyTo(_whole);
            _tailLength = 0;
            return false;
        }
        _length += bytes.Length;
        return true;
    }

    static bool IsFalse(PieceIndex piece, PieceHash hash, ReadOnlySpan<byte> bytes, PieceProof? proof, PieceHash? expected) =>
        (expected is { } right && right != hash) || proof?.Holds(piece, hash, bytes) == false;

    /// <summary>The digest of all that was taken; nothing more can be.</summary>
    public byte[] Finish()
    {
        if (_library is not null)
            return _library.GetHashAndReset();
        var digest = new byte[PieceHash.Size];
        PieceHash.OfWords(Close(_whole, _tail.AsSpan(0, _tailLength), _length)).Write(digest);
        return digest;
    }

    public void Dispose() => _library?.Dispose();

    /// <summary>Takes bytes that begin with a block; what does not fill one at the end waits.</summary>
    void TakeFromBlock(ReadOnlySpan<byte> bytes, Span<uint> own)
    {
        _tailLength = bytes.Length % ShaKernel.BlockSize;
        ShaKernel.Take(_whole, own, bytes[..^_tailLength]);
        bytes[^_tailLength..].CopyTo(_tail);
    }

    /// <summary>Takes in what ends a message: its last bytes, a bit, zeros, its length in bits (FIPS 180-4, section 5.1.1).</summary>
    static Span<uint> Close(Span<uint> state, ReadOnlySpan<byte> tail, long length)
    {
        Span<byte> end = stackalloc byte[2 * ShaKernel.BlockSize];
        end.Clear();
        tail.CopyTo(end);
        end[tail.Length] = 0x80;
        var size = tail.Length < ShaKernel.BlockSize - sizeof(long) ? ShaKernel.BlockSize : end.Length;
        BinaryPrimitives.WriteInt64BigEndian(end[(size - sizeof(long))..], length * 8);
        ShaKernel.Take(state, [], end[..size]);
        return state;
    }
}
