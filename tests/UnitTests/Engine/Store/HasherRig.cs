using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>A hasher over a file in memory, with its content's pieces at hand.</summary>
sealed class HasherRig
{
    const string Temporary = "/files/.a.tmp";

    readonly byte[] _content;
    readonly PieceLayout _layout;
    readonly PieceBuffers _buffers = new();

    public HasherRig(byte[] content, int pieceSize, long? layoutLength = null, params HashAlgorithmName[] digests)
    {
        (_content, _layout) = (content, new PieceLayout(content.Length, pieceSize));
        Assert.Null(Disk.Open(new Caller(1000, 1000, "ann", false), Temporary, Disk.Put(Temporary, [.. content]), out var file));
        Hasher = new ContentHasher(new PieceLayout(layoutLength ?? content.Length, pieceSize), new PieceFile(file!), digests, new Workers(onTheSpot: true), (piece, hash, _, _) => Pieces.Add((piece.Value, hash)), Reports.Add);
    }

    public FakeDisk Disk { get; } = new();

    public ContentHasher Hasher { get; }

    public List<ContentHashed> Reports { get; } = [];

    /// <summary>Each piece that was reported, with its hash.</summary>
    public List<(int Piece, PieceHash Hash)> Pieces { get; } = [];

    public IEnumerable<int> AllPieces => Enumerable.Range(0, _layout.Count);

    public void Offer(IEnumerable<int> pieces, bool mayRepair = true)
    {
        foreach (var piece in pieces)
        {
            var buffer = _buffers.Take(Span(piece).Length);
            Span(piece).CopyTo(buffer.Memory.Span);
            if (mayRepair)
                Repair(piece);
            Hasher.Offer(new PieceIndex(piece), buffer);
        }
    }

    public void Recall(IEnumerable<int> pieces) => Hasher.Recall([.. pieces.Select(piece => (new PieceIndex(piece), PieceHash.Of(Span(piece))))], SeenPieces.None);

    public void Scribble(IEnumerable<int> pieces)
    {
        foreach (var piece in pieces)
            Disk.Scribble(Temporary, (int)_layout.OffsetOf(new PieceIndex(piece)));
    }

    public bool HasReported(IEnumerable<int> pieces) =>
        Pieces.OrderBy(each => each.Piece).SequenceEqual(pieces.Order().Select(piece => (piece, PieceHash.Of(Span(piece)))));

    public bool HasDigestOf(byte[] content) => Reports[^1].Digests!.Single().SequenceEqual(SHA256.HashData(content));

    void Repair(int piece)
    {
        var at = (int)_layout.OffsetOf(new PieceIndex(piece));
        if (Disk.BytesOf(Temporary)[at] != _content[at])
            Disk.Scribble(Temporary, at);
    }

    ReadOnlySpan<byte> Span(int piece) => _content.AsSpan((int)_layout.OffsetOf(new PieceIndex(piece)), _layout.LengthOf(new PieceIndex(piece)));
}
