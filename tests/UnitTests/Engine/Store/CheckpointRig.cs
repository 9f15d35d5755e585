using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>A content's file with its checkpoint, run after run.</summary>
public abstract class CheckpointRig
{
    protected const int Size = 64;
    protected const int Count = 20;
    private protected const string Temporary = "/files/.a.tmp";

    private protected static readonly Caller _ann = new(1000, 1000, "ann", false);
    private protected static readonly Caller _self = new(0, 0, "engine", true);
    private protected static readonly byte[] _bytes = FakeOrigin.Content(Size * Count - 7);
    private protected static readonly PieceLayout _layout = new(_bytes.Length, Size);

    private protected readonly FakeDisk _disk = new();
    private protected readonly Checkpoints _checkpoints;
    private protected readonly FileIdentity _identity;

    protected CheckpointRig()
    {
        _checkpoints = new Checkpoints(_disk, "/marks", _self);
        _identity = _disk.Put(Temporary, [.. _bytes]);
    }

    private protected string RecordPath => Assert.Single(_disk.Paths, path => path.StartsWith("/marks/", StringComparison.Ordinal));

    private protected PieceFile Begin(out SeenPieces seen, params (PieceIndex, PieceHash)[] recorded)
    {
        var content = Open();
        Assert.Null(_checkpoints.Begin(content, _layout, recorded, out seen));
        return content;
    }

    private protected PieceFile Open()
    {
        Assert.Null(_disk.Open(_ann, Temporary, null, out var file));
        return new PieceFile(file!);
    }

    private protected static void Write(PieceFile content, int piece) => Assert.Null(content.Write(piece * Size, PieceOf(piece)));

    /// <summary>Sees pieces, in their order: those that go on from the front with the running hash.</summary>
    private protected static void See(PieceFile content, params int[] pieces)
    {
        using var whole = new RunningDigest();
        var next = 0;
        foreach (var piece in pieces)
        {
            var isNext = piece == next;
            if (isNext)
                whole.Append(PieceOf(next++));
            content.Checkpoint?.See(new PieceIndex(piece), PieceHash.Of(PieceOf(piece)), isNext ? whole : null);
        }
    }

    private protected static ReadOnlySpan<byte> PieceOf(int piece) => _bytes.AsSpan(piece * Size, _layout.LengthOf(new PieceIndex(piece)));

    private protected static (PieceIndex Piece, PieceHash Hash)[] Recorded(params int[] pieces) => [.. pieces.Select(piece => (new PieceIndex(piece), PieceHash.Of(PieceOf(piece))))];

    private protected static int[] Contained(SeenPieces seen) => [.. Enumerable.Range(0, Count).Where(piece => seen.Contains(new PieceIndex(piece)))];

    private protected Func<int> CountReads()
    {
        var reads = 0;
        _disk.Refuses = (call, path) =>
        {
            if (call == DiskCall.Read && path == Temporary)
                reads++;
            return null;
        };
        return () => reads;
    }

    /// <summary>A hasher at work on the file.</summary>
    private protected sealed class HasherRun(PieceFile file, List<ContentHashed> reports) : IDisposable
    {
        readonly PieceBuffers _buffers = new();

        public ContentHasher Hasher { get; } = new(_layout, file, [HashAlgorithmName.SHA256], new Workers(onTheSpot: true), (_, _, _, _) => { }, reports.Add);

        public void Offer(params int[] pieces)
        {
            foreach (var piece in pieces)
            {
                var buffer = _buffers.Take(PieceOf(piece).Length);
                PieceOf(piece).CopyTo(buffer.Memory.Span);
                Hasher.Offer(new PieceIndex(piece), buffer);
            }
        }

        public void Dispose() => Hasher.Stop();
    }
}
