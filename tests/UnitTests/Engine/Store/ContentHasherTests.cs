using System.Security.Cryptography;
using CsCheck;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>The digest of a whole content whose pieces arrive in any order.</summary>
public sealed class ContentHasherTests
{
    const string Temporary = "/files/.a.tmp";

    static readonly Caller _ann = new(1000, 1000, "ann", false);
    // Contents of up to 40 pieces of up to 50 bytes, with a number for each piece.
    static readonly Gen<(byte[] Content, int PieceSize, int[] Keys)> _contents =
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 1000], Gen.Int[0, 999].Array[40], Gen.Int).Select((size, length, keys, seed) =>
            (FakeOrigin.Content(Math.Min(length, size * 40), seed), size, keys));

    readonly PieceBuffers _buffers = new();
    readonly List<ContentHashed> _reports = [];

    [Fact]
    public void Pieces_that_come_in_any_order_give_the_right_digest() =>
        _contents.Sample((content, size, keys) =>
        {
            var rig = new HasherRig(content, size, digests: HashAlgorithmName.SHA256);
            rig.Offer(rig.AllPieces.OrderBy(piece => keys[piece]));
            return rig.HasDigestOf(content) && rig.HasReported(rig.AllPieces);
        });

    [Fact]
    public void Pieces_of_an_earlier_run_are_read_back() =>
        _contents.Sample((content, size, keys) =>
        {
            var rig = new HasherRig(content, size, digests: HashAlgorithmName.SHA256);
            var recalled = rig.AllPieces.Where(piece => keys[piece] < 500).ToArray();
            rig.Recall(recalled);
            rig.Offer(rig.AllPieces.Except(recalled).OrderBy(piece => keys[piece]));
            return rig.HasDigestOf(content) && rig.HasReported(rig.AllPieces.Except(recalled));
        });

    [Fact]
    public void A_recorded_piece_that_is_not_in_the_file_is_lost_and_then_repaired() =>
        _contents.Sample((content, size, keys) =>
        {
            var rig = new HasherRig(content, size, digests: HashAlgorithmName.SHA256);
            var wrong = rig.AllPieces.Where(piece => keys[piece] % 3 == 0).ToHashSet();
            rig.Scribble(wrong);
            rig.Recall(rig.AllPieces);
            // Each is found when its turn comes, since the run from the front stops there.
            foreach (var piece in wrong.Order())
            {
                Assert.Equal(new PieceIndex(piece), rig.Reports[^1].Lost);
                rig.Offer([piece]);
            }
            Assert.Equal(wrong.Count + 1, rig.Reports.Count);
            return rig.HasDigestOf(content);
        });

    [Fact]
    public void An_empty_content_has_the_digest_of_nothing_once_it_is_closed()
    {
        var rig = new HasherRig([], 10, digests: HashAlgorithmName.SHA256);
        rig.Hasher.Close(new PieceLayout(0, 10));

        Assert.True(rig.HasDigestOf([]));
    }

    [Fact]
    public void A_length_that_becomes_known_at_the_end_ends_the_digest_there()
    {
        var content = FakeOrigin.Content(25);
        var rig = new HasherRig(content, 10, layoutLength: 1_000_000, HashAlgorithmName.SHA256);
        rig.Offer([0, 1, 2]);
        Assert.Empty(rig.Reports);

        rig.Hasher.Close(new PieceLayout(25, 10));

        Assert.True(rig.HasDigestOf(content));
    }

    [Fact]
    public void Without_a_digest_to_find_out_each_piece_is_hashed_and_none_is_read_back() =>
        _contents.Sample((content, size, keys) =>
        {
            var rig = new HasherRig(content, size);
            rig.Disk.Scribble(Temporary, 0);
            rig.Offer(rig.AllPieces.OrderBy(piece => keys[piece]), mayRepair: false);
            return rig.Reports is [{ Digests: [], Lost: null, Failure: null }] && rig.HasReported(rig.AllPieces) && rig.Hasher.HashedPieces == rig.AllPieces.Count();
        });

    [Fact]
    public void Without_a_digest_to_find_out_pieces_of_an_earlier_run_are_still_held_against_their_hashes() =>
        _contents.Sample((content, size, keys) =>
        {
            var rig = new HasherRig(content, size);
            var recalled = rig.AllPieces.Where(piece => keys[piece] < 500).ToArray();
            var wrong = recalled.Where(piece => keys[piece] % 3 == 0).ToArray();
            rig.Scribble(wrong);
            rig.Recall(recalled);
            rig.Offer(rig.AllPieces.Except(recalled).OrderBy(piece => keys[piece]));
            // Pieces are offered again until no more are lost.
            for (var i = 0; i < wrong.Length; i++)
            {
                Assert.Equal(new PieceIndex(wrong[i]), rig.Reports[i].Lost);
                rig.Offer([wrong[i]]);
            }
            return rig.Reports[^1] is { Digests: [] } && rig.HasReported(rig.AllPieces.Except(recalled).Concat(wrong));
        });

    [Fact]
    public void A_second_algorithm_gets_its_digest_too()
    {
        var content = FakeOrigin.Content(25);
        var rig = new HasherRig(content, 10, digests: [HashAlgorithmName.SHA256, HashAlgorithmName.SHA512]);
        rig.Offer([2, 1, 0]);

        Assert.Equal([SHA256.HashData(content), SHA512.HashData(content)], rig.Reports.Single().Digests!);
    }

    [Fact]
    public void A_file_that_cannot_be_read_ends_it_with_the_disk_s_failure()
    {
        var rig = new HasherRig(FakeOrigin.Content(30), 10, digests: HashAlgorithmName.SHA256);
        rig.Disk.Refuses = (call, _) => call == DiskCall.Read ? new Failure(HResults.ERROR_READ_FAULT, "The disk is broken") : null;
        rig.Recall([0]);
        rig.Offer([1, 2]);

        Assert.Equal(HResults.ERROR_READ_FAULT, rig.Reports.Single().Failure!.Code);
    }

    [Fact]
    public void After_a_stop_no_digest_is_reported_but_each_piece_that_was_offered()
    {
        var rig = new HasherRig(FakeOrigin.Content(30), 10, digests: HashAlgorithmName.SHA256);
        rig.Offer([2]);
        rig.Hasher.Stop();
        rig.Offer([0, 1]);

        Assert.Empty(rig.Reports);
        Assert.True(rig.HasReported([0, 1, 2]));
    }

    [Fact]
    public void Pieces_that_wait_in_memory_when_it_is_stopped_are_reported_too()
    {
        // Work that is put off until the stop: nothing has been hashed by then.
        var turns = new PutOff();
        var content = FakeOrigin.Content(30);
        var reported = new List<(int, PieceHash)>();
        using var file = FileOf(content);
        var hasher = new ContentHasher(
            new PieceLayout(30, 10), new PieceFile(file), [HashAlgorithmName.SHA256], new Workers(onTheSpot: false, turns), (piece, hash, _, _) => reported.Add((piece.Value, hash)), _reports.Add);
        for (var i = 0; i < 2; i++)
        {
            var buffer = _buffers.Take(10);
            content.AsSpan(i * 10, 10).CopyTo(buffer.Memory.Span);
            hasher.Offer(new PieceIndex(i), buffer);
        }
        hasher.Stop();
        turns.Run();

        Assert.Equal([(0, PieceHash.Of(content.AsSpan(0, 10))), (1, PieceHash.Of(content.AsSpan(10, 10)))], reported.Order(Comparer<(int Piece, PieceHash)>.Create((a, b) => a.Piece - b.Piece)));
        Assert.Empty(_reports);
    }

    sealed class PutOff : SynchronizationContext
    {
        readonly Queue<Action> _turns = [];

        public override void Post(SendOrPostCallback d, object? state) => _turns.Enqueue(() => d(state));

        public void Run()
        {
            while (_turns.TryDequeue(out var turn))
                turn();
        }
    }

    [Fact]
    public void Memory_is_let_go_whatever_happens()
    {
        const int Pieces = PieceBuffers.CountMax + 5;
        var content = new byte[Pieces * PieceLayout.StandardPieceSize];
        Action<ContentHasher>[] ends = [_ => { }, hasher => hasher.Stop(), hasher => hasher.Recall([(new PieceIndex(0), PieceHash.Of([1]))], SeenPieces.None)];
        foreach (var end in ends)
        {
            using var file = FileOf(content);
            var hasher = new ContentHasher(new PieceLayout(content.Length), new PieceFile(file!), [HashAlgorithmName.SHA256], new Workers(onTheSpot: true), (_, _, _, _) => { }, _reports.Add);
            end(hasher);
            for (var i = 0; i < Pieces; i++)
                OfferOne(hasher, i);
            hasher.Stop();
        }

        for (var i = 0; i < PieceBuffers.CountMax; i++)
            _buffers.Take(PieceLayout.StandardPieceSize);
    }

    [Fact]
    public async Task Connections_and_hashing_may_run_on_threads_of_their_own()
    {
        const int Size = 1000;
        var content = FakeOrigin.Content(300 * Size + 1);
        using var file = FileOf(content);
        var hashes = new PieceHash[301];
        var done = new TaskCompletionSource<ContentHashed>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hasher = new ContentHasher(new PieceLayout(content.Length, Size), new PieceFile(file!), [HashAlgorithmName.SHA256], new Workers(onTheSpot: false), (piece, hash, _, _) => hashes[piece.Value] = hash, done.SetResult);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(connection => Task.Run(async () =>
        {
            for (var i = connection; i <= 300; i += 4)
            {
                var length = Math.Min(Size, content.Length - i * Size);
                var buffer = await _buffers.RentAsync(length);
                content.AsSpan(i * Size, length).CopyTo(buffer.Memory.Span);
                hasher.Offer(new PieceIndex(i), buffer);
            }
        })));

        Assert.Equal(SHA256.HashData(content), (await done.Task.WaitAsync(TestContext.Current.CancellationToken)).Digests!.Single());
        // The last piece alone may still be on its way through a thread of its own.
        Assert.All(Enumerable.Range(0, 300), i => Assert.True(SpinWait.SpinUntil(() => hashes[i] == PieceHash.Of(content.AsSpan(i * Size, Size)), 10_000)));
    }

    void OfferOne(ContentHasher hasher, int piece)
    {
        var buffer = _buffers.Take(PieceLayout.StandardPieceSize);
        hasher.Offer(new PieceIndex(piece), buffer);
    }

    static IDiskFile FileOf(byte[] content)
    {
        var disk = new FakeDisk();
        Assert.Null(disk.Open(_ann, Temporary, disk.Put(Temporary, content), out var file));
        return file!;
    }
}
