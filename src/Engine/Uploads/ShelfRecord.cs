using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Uploads;

/// <summary>What is recorded of a kept content, so that it can be given to peers after a restart without being read.</summary>
/// <remarks>
/// The file, big endian: "haulkept", version (2), flags (1), content id (41), group id (1 + text), piece size (4), device (8), inode (8), length (8),
/// last change (8), time added (8, milliseconds since 1970), number of pieces (4), their hashes (32 each), SHA-256 of all before it (32).
/// </remarks>
sealed record ShelfRecord
{
    const int Version = 1;
    const int GroupIdChars = 32;
    const int FixedBytes = 8 + 2 + 1 + ContentId.Size + 1 + 4 + 5 * 8 + 4;

    /// <summary>Pieces of a content that is kept: 2 TiB in pieces of the standard size.</summary>
    public const int PiecesMax = 1 << 21;

    /// <summary>Bytes of a record.</summary>
    public const int BytesMax = FixedBytes + GroupIdChars + PiecesMax * PieceHash.Size + PieceHash.Size;

    static ReadOnlySpan<byte> Magic => "haulkept"u8;

    public required ContentId Content { get; init; }

    public required PieceLayout Layout { get; init; }

    /// <summary>The public name of the group that it came under, or null where it came openly.</summary>
    public string? GroupId { get; init; }

    /// <summary>A manifest proved its pieces: whoever has the manifest can take it from anyone.</summary>
    public bool IsProvedByManifest { get; init; }

    /// <summary>It was fetched with credentials or cookies.</summary>
    public bool HasCredentials { get; init; }

    /// <summary>How its file stood when it was proved.</summary>
    public required FileState State { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public required IReadOnlyList<PieceHash> Hashes { get; init; }

    /// <summary>Under which name a content is on the shelf: one for each, whatever group it came under.</summary>
    public static string NameOf(ContentId content)
    {
        Span<byte> bytes = stackalloc byte[ContentId.Size];
        content.Write(bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 20));
    }

    public byte[] ToBytes()
    {
        var group = Encoding.ASCII.GetBytes(GroupId ?? "");
        var bytes = new byte[FixedBytes + group.Length + (Hashes.Count + 1) * PieceHash.Size];
        var writer = new WireWriter(bytes);
        writer.Bytes(Magic);
        writer.U16(Version);
        writer.U8((byte)((IsProvedByManifest ? 1 : 0) | (HasCredentials ? 2 : 0)));
        Content.Write(writer.Next(ContentId.Size));
        writer.U8((byte)group.Length);
        writer.Bytes(group);
        writer.U32((uint)Layout.PieceSize);
        foreach (var number in new[] { (long)State.Identity.Device, (long)State.Identity.Inode, State.Length, State.ModifiedAt, AddedAt.ToUnixTimeMilliseconds() })
            BinaryPrimitives.WriteInt64BigEndian(writer.Next(sizeof(long)), number);
        writer.U32((uint)Hashes.Count);
        foreach (var hash in Hashes)
            hash.Write(writer.Next(PieceHash.Size));
        SHA256.HashData(bytes.AsSpan(0, writer.Count), writer.Next(PieceHash.Size));
        return bytes;
    }

    /// <summary>Reads a record; a failure where it is of another version, was cut short or changed, or makes no sense.</summary>
    public static Outcome<ShelfRecord> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes + PieceHash.Size || !bytes.StartsWith(Magic) || !SHA256.HashData(bytes[..^PieceHash.Size]).AsSpan().SequenceEqual(bytes[^PieceHash.Size..]))
            return Damaged("it is not whole");
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) is not Version and var version)
            return Damaged($"its version is {version}, and this agent reads {Version}");
        var flags = bytes[10];
        var kind = (ContentIdKind)bytes[11];
        var digest = PieceHash.Read(bytes[12..]);
        var length = BinaryPrimitives.ReadInt64BigEndian(bytes[(12 + PieceHash.Size)..]);
        var rest = bytes[(11 + ContentId.Size)..];
        var groupChars = rest[0];
        if (groupChars is not (0 or GroupIdChars) || bytes.Length < FixedBytes + groupChars + PieceHash.Size)
            return Damaged("its group is none");
        var group = Encoding.ASCII.GetString(rest.Slice(1, groupChars));
        rest = rest[(1 + groupChars)..^PieceHash.Size];
        var pieceSize = BinaryPrimitives.ReadInt32BigEndian(rest);
        var count = BinaryPrimitives.ReadInt32BigEndian(rest[44..]);
        var hashes = rest[48..];
        if (kind is not (ContentIdKind.Whole or ContentIdKind.Pieces) || !Manifest.IsPieceSize(pieceSize) || length is <= 0 or > (long)PiecesMax * PieceLayout.StandardPieceSize
            || count is < 0 or > PiecesMax || count != new PieceLayout(length, pieceSize).Count || hashes.Length != (long)count * PieceHash.Size)
        {
            return Damaged("its numbers do not fit together");
        }
        if ((flags & ~3) != 0 || (groupChars == 0 && (flags & 1) == 0))
            return Damaged("nothing would prove its pieces to others");
        return new ShelfRecord
        {
            Content = new ContentId(kind, digest, length),
            Layout = new PieceLayout(length, pieceSize),
            GroupId = groupChars == 0 ? null : group,
            IsProvedByManifest = (flags & 1) != 0,
            HasCredentials = (flags & 2) != 0,
            State = new FileState(new FileIdentity((ulong)Long(rest, 4), (ulong)Long(rest, 12)), Long(rest, 20), Long(rest, 28), 0),
            AddedAt = Long(rest, 36) is var added and >= 0 and < 253402300800000 ? DateTimeOffset.FromUnixTimeMilliseconds(added) : default,
            Hashes = HashesOf(hashes, count),
        };
    }

    static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);

    static PieceHash[] HashesOf(ReadOnlySpan<byte> bytes, int count)
    {
        var hashes = new PieceHash[count];
        for (var i = 0; i < count; i++)
            hashes[i] = PieceHash.Read(bytes[(i * PieceHash.Size)..]);
        return hashes;
    }

    static Failure Damaged(string why) => new(ERROR_INVALID_DATA, $"The record is of no use: {why}");
}
