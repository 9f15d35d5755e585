using System.Buffers.Binary;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;

namespace Haul.Engine.Store;

/// <summary>How a checkpoint stands in its file: a head, a slot for each piece, and one for the whole once it is known. Numbers are little-endian.</summary>
static class CheckpointFormat
{
    /// <summary>Bytes of the head: "HAULCKP1", length of the content, bytes of a piece, attachment of the volume, device, inode, when the file was
    /// changed last; each 8.</summary>
    public const int HeadBytes = 56;

    /// <summary>Bytes of a slot: a piece's hash (32), the running hash up to its end (32; zeros where it is not known), a check of both (8).</summary>
    public const int SlotBytes = StateEnd + 8;

    /// <summary>For so long after the last word of a checkpoint the file may have been changed by the run that was killed. While pieces come, a
    /// run says one every 250 ms (<see cref="Transfers.TransferLeases.Interval"/>); twenty of those, since a busy machine is late.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    const int StateEnd = PieceHash.Size + RunningDigest.StateBytes;

    static ReadOnlySpan<byte> Magic => "HAULCKP1"u8;

    public static long OffsetOf(PieceIndex piece) => HeadBytes + (long)piece.Value * SlotBytes;

    /// <summary>Where the digest of the whole stands.</summary>
    public static long OffsetOfWhole(PieceLayout layout) => OffsetOf(new PieceIndex(layout.Count));

    public static void WriteHead(Span<byte> head, PieceLayout layout, ulong attachment, FileState state)
    {
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], layout.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], layout.PieceSize);
        BinaryPrimitives.WriteUInt64LittleEndian(head[24..], attachment);
        BinaryPrimitives.WriteUInt64LittleEndian(head[32..], state.Identity.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(head[40..], state.Identity.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(head[48..], state.ChangedAt);
    }

    /// <summary>Whether a head is about the file as it stands now.</summary>
    public static bool IsOf(ReadOnlySpan<byte> head, PieceLayout layout, ulong attachment, FileState state)
    {
        Span<byte> expected = stackalloc byte[HeadBytes];
        var changedAt = BinaryPrimitives.ReadInt64LittleEndian(head[48..]);
        WriteHead(expected, layout, attachment, state with { ChangedAt = changedAt });
        var since = (Int128)state.ChangedAt - changedAt;
        return head.SequenceEqual(expected) && since >= 0 && since <= Grace.Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>Writes a slot.</summary>
    /// <param name="slot">Where to.</param>
    /// <param name="hash">The piece's hash.</param>
    /// <param name="state">The running hash up to its end; none where it is not known.</param>
    public static void WriteSlot(Span<byte> slot, PieceHash hash, ReadOnlySpan<byte> state)
    {
        slot.Clear();
        hash.Write(slot);
        state.CopyTo(slot[PieceHash.Size..]);
        CheckOf(slot).CopyTo(slot[StateEnd..]);
    }

    /// <summary>A piece's hash and the running hash up to its end, if the slot is whole.</summary>
    public static bool TryReadSlot(ReadOnlySpan<byte> slot, out PieceHash hash, out ReadOnlySpan<byte> state)
    {
        hash = PieceHash.Read(slot);
        state = slot[PieceHash.Size..StateEnd];
        return slot[StateEnd..].SequenceEqual(CheckOf(slot));
    }

    static ReadOnlySpan<byte> CheckOf(ReadOnlySpan<byte> slot)
    {
        var hash = new byte[PieceHash.Size];
        PieceHash.Of(slot[..StateEnd]).Write(hash);
        return hash.AsSpan(0, SlotBytes - StateEnd);
    }
}
