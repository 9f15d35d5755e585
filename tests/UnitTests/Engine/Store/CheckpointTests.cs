using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>What a run saw stand in a file, and the next one need not read again.</summary>
public sealed class CheckpointTests : CheckpointRig
{
    [Fact]
    public void What_was_seen_is_not_read_again_and_the_whole_is_hashed_on_from_there()
    {
        var content = Begin(out _);
        See(content, 0, 1, 2, 3, 4, 9, 12);
        var recorded = Recorded(0, 1, 2, 3, 4, 9, 12);

        var next = Begin(out var seen, recorded);
        var reports = new List<ContentHashed>();
        var reads = CountReads();
        using var run = new HasherRun(next, reports);
        run.Hasher.Recall(recorded, seen);
        Assert.Equal(ShaKernel.IsUsable ? 5 : 0, seen.Front);
        Assert.Equal(5, run.Hasher.HashedPieces);
        Assert.Equal(ShaKernel.IsUsable ? 0 : 5, reads());
        run.Offer(5, 6, 7, 8, 10, 11, 13, 14, 15, 16, 17, 18, 19);

        Assert.Equal(SHA256.HashData(_bytes), Assert.Single(Assert.Single(reports).Digests!));
    }

    [Fact]
    public void A_piece_that_is_on_record_with_another_hash_is_read()
    {
        See(Begin(out _), 0, 1, 2);
        var recorded = Recorded(0, 1, 2);
        recorded[1] = (recorded[1].Piece, PieceHash.Of([1]));

        Begin(out var seen, recorded);

        Assert.Equal([0, 2], Contained(seen));
        Assert.Equal(ShaKernel.IsUsable ? 1 : 0, seen.Front);
    }

    [Fact]
    public void Without_a_place_for_it_there_is_none()
    {
        _disk.Refuses = (call, path) => call == DiskCall.Create ? new Failure(HResults.E_FAIL, "no") : null;

        var content = Begin(out _);

        Assert.Null(content.Checkpoint);
        Assert.Null(content.Write(0, [1]));
    }

    [Fact]
    public void A_checkpoint_of_any_bytes_says_nothing_or_what_is_so()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            See(Begin(out _), 0, 1, 2, 7);
            var bytes = _disk.BytesOf(RecordPath);
            Array.Resize(ref bytes, random.Next(bytes.Length + 1));
            if (bytes.Length > 0)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            _disk.Put(RecordPath, bytes);

            Begin(out var seen, Recorded(0, 1, 2, 3));

            Assert.DoesNotContain(3, Contained(seen));
            Assert.DoesNotContain(7, Contained(seen));
            using var whole = new RunningDigest();
            whole.Append(_bytes.AsSpan(0, seen.Front * Size));
            var state = new byte[RunningDigest.StateBytes];
            Assert.True(seen.Front == 0 || (whole.TrySave(state) && seen.State.SequenceEqual(state)));
        }
    }

    [Fact]
    public void A_second_kill_finds_what_the_first_run_saw()
    {
        See(Begin(out _), 0, 1, 2, 5);
        See(Begin(out _, Recorded(0, 1, 2, 5)), 3);

        Begin(out var seen, Recorded(0, 1, 2, 3, 5));

        Assert.Equal([0, 1, 2, 3, 5], Contained(seen));
        Assert.Equal(ShaKernel.IsUsable ? 3 : 0, seen.Front);
    }

    [Fact]
    public void A_piece_that_came_early_counts_for_the_whole_once_it_was_read_back_for_it()
    {
        var content = Begin(out _);
        using (var run = new HasherRun(content, []))
            run.Offer(2, 1, 3, 0);

        Begin(out var seen, Recorded(0, 1, 2, 3));

        Assert.Equal([0, 1, 2, 3], Contained(seen));
        Assert.Equal(ShaKernel.IsUsable ? 4 : 0, seen.Front);
    }

    [Fact]
    public void A_whole_that_was_hashed_to_its_end_ends_at_its_length()
    {
        // The last piece is shorter, and as long as some blocks.
        var bytes = FakeOrigin.Content(19 * 128 + 64);
        var layout = new PieceLayout(bytes.Length, 128);
        var recorded = Enumerable.Range(0, layout.Count).Select(i => (new PieceIndex(i), PieceHash.Of(bytes.AsSpan(i * 128, layout.LengthOf(new PieceIndex(i)))))).ToArray();
        _disk.Put(Temporary, bytes);
        using (var first = Open())
        using (var whole = new RunningDigest())
        {
            Assert.Null(_checkpoints.Begin(first, layout, [], out _));
            foreach (var (piece, hash) in recorded)
            {
                whole.Append(bytes.AsSpan(piece.Value * 128, layout.LengthOf(piece)));
                first.Checkpoint!.See(piece, hash, whole);
            }
        }
        using var content = Open();
        Assert.Null(_checkpoints.Begin(content, layout, recorded, out var seen));
        var reports = new List<ContentHashed>();
        var hasher = new ContentHasher(layout, content, [HashAlgorithmName.SHA256], new Workers(onTheSpot: true), (_, _, _, _) => { }, reports.Add);

        hasher.Recall(recorded, seen);

        Assert.Equal(SHA256.HashData(bytes), Assert.Single(Assert.Single(reports).Digests!));
    }

    [Fact]
    public void Small_contents_have_none()
    {
        using var content = Open();
        Assert.Null(_checkpoints.Begin(content, new PieceLayout(Size * 15, Size), [], out _));

        Assert.Null(content.Checkpoint);
        Assert.Equal([Temporary], _disk.Paths);
    }

    [Fact]
    public void It_goes_with_its_file()
    {
        Begin(out _);

        _checkpoints.Forget(_identity, -1);

        Assert.Equal([Temporary], _disk.Paths);
    }
}
