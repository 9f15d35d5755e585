using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Engine.Store;

/// <summary>The checkpoints of all contents that are on their way, each named after its file's number. Any thread.</summary>
/// <param name="disk">Where they lie.</param>
/// <param name="directory">The directory of this start of the system.</param>
/// <param name="owner">As whom they are written: the engine itself.</param>
sealed class Checkpoints(IDisk disk, string directory, Caller owner)
{
    /// <summary>Contents of fewer pieces have none: to read so much again takes no time.</summary>
    public int PiecesMin { get; init; } = 16;

    /// <summary>Begins the checkpoint of a content that is about to be written, or written on.</summary>
    /// <param name="content">Its file.</param>
    /// <param name="layout">Its layout; null where nobody told the length: then nobody goes on with it, and it has none.</param>
    /// <param name="recorded">The pieces that an earlier run left; none where it is fresh.</param>
    /// <param name="seen">What of these need not be read again.</param>
    /// <returns>Why the file must not be written: an old checkpoint would be wrong, and cannot be removed.</returns>
    public Failure? Begin(PieceFile content, PieceLayout? layout, IReadOnlyList<(PieceIndex Piece, PieceHash Hash)> recorded, out SeenPieces seen)
    {
        content.Checkpoint?.Dispose();
        content.Checkpoint = null;
        seen = SeenPieces.None;
        var path = PathOf(content.Identity);
        var attachment = layout is null || layout.Count < PiecesMin || content.State is null ? null : content.Attachment;
        if (attachment is not null && recorded.Count > 0)
            seen = Read(path, content, layout!, attachment.Value, recorded);
        if (disk.Delete(owner, path, null) is { } failure)
            return failure;
        // Without one, there is more to read after a kill, and that is all.
        if (attachment is null || disk.Create(owner, path, out var record) is not null)
            return null;
        content.Checkpoint = new Checkpoint(record!, content, layout!, attachment.Value);
        foreach (var (piece, hash) in recorded)
        {
            if (seen.Contains(piece))
                content.Checkpoint.See(piece, hash, piece.Value == seen.Front - 1 ? seen.State : default);
        }
        return null;
    }

    /// <summary>A file that was finished by an earlier run is as it was then, by the word of this start of the system.</summary>
    /// <param name="content">The file.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="sha256">What it was known to be, lower-case hexadecimal.</param>
    public bool Vouches(IDiskFile content, long length, string? sha256)
    {
        var layout = new PieceLayout(length);
        if (layout.Count < PiecesMin || content.Attachment is not { } attachment || disk.Open(owner, PathOf(content.Identity), null, out var file) is not null)
            return false;
        using var record = file!;
        var slot = new byte[CheckpointFormat.SlotBytes];
        return IsOf(record, content, layout, attachment)
            && record.Read(CheckpointFormat.OffsetOfWhole(layout), slot) is null
            && CheckpointFormat.TryReadSlot(slot, out var whole, out _)
            && whole.ToString() == sha256;
    }

    static bool IsOf(IDiskFile record, IDiskFile content, PieceLayout layout, ulong attachment)
    {
        var head = new byte[CheckpointFormat.HeadBytes];
        return record.Read(0, head) is null && content.State is { } now && now.Length >= layout.Length && CheckpointFormat.IsOf(head, layout, attachment, now);
    }

    /// <summary>The file is finished, or is no more.</summary>
    /// <param name="content">Which.</param>
    /// <param name="length">Bytes of its content, or -1 where they are not known.</param>
    public void Forget(FileIdentity content, long length)
    {
        if (length < 0 || new PieceLayout(length).Count >= PiecesMin)
            disk.Delete(owner, PathOf(content), null);
    }

    string PathOf(FileIdentity content) => Path.Combine(directory, $"{content.Device:x}-{content.Inode:x}");

    SeenPieces Read(string path, PieceFile content, PieceLayout layout, ulong attachment, IReadOnlyList<(PieceIndex Piece, PieceHash Hash)> recorded)
    {
        if (disk.Open(owner, path, null, out var file) is not null)
            return SeenPieces.None;
        using var record = file!;
        if (!IsOf(record, content, layout, attachment))
            return SeenPieces.None;
        var slot = new byte[CheckpointFormat.SlotBytes];
        var seen = new SeenPieces(layout.Count);
        foreach (var (piece, hash) in recorded.OrderBy(each => each.Piece.Value))
        {
            if (record.Read(CheckpointFormat.OffsetOf(piece), slot) is null && CheckpointFormat.TryReadSlot(slot, out var here, out var state) && here == hash)
                seen.Add(piece, state);
        }
        return seen;
    }
}
