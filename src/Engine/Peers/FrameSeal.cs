using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Haul.Engine.Peers;

/// <summary>The tags of the frames that go one way on a connection without TLS: nobody between can put in, change, drop or repeat one.</summary>
/// <remarks>
/// A tag is the first half of an HMAC-SHA256 over the frame's number (8 bytes, big endian, from 0), its head and its fields. The payload of
/// DATA is not in it, as a piece has a hash of its own. One user at a time.
/// </remarks>
sealed class FrameSeal : IDisposable
{
    /// <summary>Bytes of a tag: 2^128 guesses, and one false guess ends the connection.</summary>
    public const int TagBytes = 16;

    readonly IncrementalHash _mac;
    ulong _frames;

    /// <param name="key">32 bytes that both sides know, another one each way.</param>
    public FrameSeal(ReadOnlySpan<byte> key) => _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

    /// <summary>Makes the tag of the next frame.</summary>
    /// <param name="frame">Head and fields.</param>
    /// <param name="tag">Where the tag goes.</param>
    public void Seal(ReadOnlySpan<byte> frame, Span<byte> tag)
    {
        Span<byte> whole = stackalloc byte[PeerLimits.MacBytes];
        BinaryPrimitives.WriteUInt64BigEndian(whole, _frames++);
        _mac.AppendData(whole[..sizeof(ulong)]);
        _mac.AppendData(frame);
        _mac.GetHashAndReset(whole);
        whole[..TagBytes].CopyTo(tag);
    }

    /// <summary>Whether this is the tag of the next frame.</summary>
    public bool Opens(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> tag)
    {
        Span<byte> right = stackalloc byte[TagBytes];
        Seal(frame, right);
        return CryptographicOperations.FixedTimeEquals(right, tag);
    }

    public void Dispose() => _mac.Dispose();
}
