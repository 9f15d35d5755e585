using System.Buffers.Binary;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>One datagram about contents: who wants some, or who has or wants them too.</summary>
/// <remarks>
/// <code>
/// "HAULP1"  type  peer id  port  epoch  count  ids
///   6        1      16      2      8      1    8 each, most significant byte first
/// </code>
/// </remarks>
/// <param name="Type">Question or answer.</param>
/// <param name="Peer">Who sends it.</param>
/// <param name="Port">Where the sender takes connections over TCP, or 0 where it takes none.</param>
/// <param name="Epoch">The hour for which the ids are blinded: hours since 1970. An answer has the question's.</param>
/// <param name="Ids">Swarms under their blinded ids; of an answer, some of those asked for.</param>
sealed record ContentDatagram(ContentDatagramType Type, PeerId Peer, ushort Port, ulong Epoch, IReadOnlyList<ulong> Ids)
{
    /// <summary>Ids of one datagram: with them it is of 546 bytes, less than any network must carry unbroken (576 with its heads).</summary>
    public const int IdsMax = 64;

    /// <summary>Bytes of the longest datagram that is looked at: what a tunnel leaves of IPv6's least packet, 1280.</summary>
    public const int SizeMax = 1200;

    const int HeadSize = 34;

    static ReadOnlySpan<byte> Magic => "HAULP1"u8;

    /// <summary>The datagram, or null when it is something else. What stands behind the ids is left to later versions.</summary>
    public static ContentDatagram? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < HeadSize or > SizeMax || !bytes.StartsWith(Magic))
            return null;
        var (type, count) = ((ContentDatagramType)bytes[6], bytes[33]);
        if (type is not (ContentDatagramType.Want or ContentDatagramType.Have) || count is 0 or > IdsMax || bytes.Length < HeadSize + count * sizeof(ulong))
            return null;
        var ids = new ulong[count];
        for (var i = 0; i < count; i++)
            ids[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes[(HeadSize + i * sizeof(ulong))..]);
        return new ContentDatagram(type, PeerId.Read(bytes[7..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[23..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[25..]), ids);
    }

    public byte[] Write()
    {
        var bytes = new byte[HeadSize + Ids.Count * sizeof(ulong)];
        Magic.CopyTo(bytes);
        bytes[6] = (byte)Type;
        Peer.Write(bytes.AsSpan(7));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(23), Port);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(25), Epoch);
        bytes[33] = checked((byte)Ids.Count);
        for (var i = 0; i < Ids.Count; i++)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(HeadSize + i * sizeof(ulong)), Ids[i]);
        return bytes;
    }
}

/// <summary>What a datagram about contents says.</summary>
enum ContentDatagramType : byte
{
    /// <summary>To all: who has or wants one of these?</summary>
    Want = 1,

    /// <summary>To the one who asked: I do, these.</summary>
    Have = 2,
}
