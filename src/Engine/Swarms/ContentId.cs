using System.Buffers.Binary;
using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>Which content, by its bytes and never by its URL alone.</summary>
/// <param name="Kind">What the digest is of.</param>
/// <param name="Digest">SHA-256 of what <paramref name="Kind"/> says.</param>
/// <param name="LengthBytes">Bytes of the content.</param>
readonly record struct ContentId(ContentIdKind Kind, PieceHash Digest, long LengthBytes)
{
    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public const int Size = 1 + PieceHash.Size + sizeof(long);

    /// <summary>The kind (1 byte), the digest (32), the length (8, big endian).</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)Kind;
        Digest.Write(bytes[1..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + PieceHash.Size)..], LengthBytes);
    }
}

/// <summary>What the digest of a <see cref="ContentId"/> is of.</summary>
enum ContentIdKind : byte
{
    /// <summary>The whole content.</summary>
    Whole = 1,

    /// <summary>The piece hashes of its manifest: its hash of hashes.</summary>
    Pieces = 2,

    /// <summary>URL, strong validator and length: what a server says it is, which proves nothing.</summary>
    Version = 3,
}
