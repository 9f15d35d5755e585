using System.Text;
using Haul.Engine.Jobs;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>What of jobs is on record, and comes back.</summary>
public sealed class JobStoreTests : IDisposable
{
    readonly JobDatabase _database = new();

    [Fact]
    public void Every_property_of_a_job_comes_back()
    {
        var job = FullJobs.Job();

        var back = _database.SaveAndLoad(job);

        Assert.Equal(job.Snapshot(), back.Snapshot());
        Assert.Equal(job.Owner, back.Owner);
        Assert.Equal(job.NoProgressTimeout, back.NoProgressTimeout);
        Assert.True(back.IsHeard);
        Assert.False(back.IsDirty);
    }

    [Fact]
    public void What_was_never_set_comes_back_unset()
    {
        var job = new Job(Guid.NewGuid(), new Caller(uint.MaxValue, uint.MaxValue, "nobody", false), "x", FullJobs.Then);

        var back = _database.SaveAndLoad(job);

        Assert.Equal(job.Snapshot(), back.Snapshot());
        Assert.Equal((uint.MaxValue, uint.MaxValue), (back.Owner.Uid, back.Owner.Gid));
        Assert.Null(back.NoProgressTimeout);
        Assert.False(back.IsHeard);
        Assert.Null(back.Error);
        Assert.Empty(back.Files);
    }

    [Fact]
    public void Every_property_of_a_file_comes_back()
    {
        var job = FullJobs.Job();
        var file = FullJobs.File(0);
        job.Add(file);

        var back = _database.SaveAndLoad(job).Files.Single();

        Assert.Equivalent(file.Asked, back.Asked, strict: true);
        Assert.Equal(file.TemporaryPath, back.TemporaryPath);
        Assert.Equal(file.Temporary, back.Temporary);
        Assert.Equal(file.Validator, back.Validator);
        Assert.Equal(file.Integrity, back.Integrity);
        Assert.Equal((file.Length, file.IsHere, file.IsTaken, file.IsCompleted, file.Sha256), (back.Length, back.IsHere, back.IsTaken, back.IsCompleted, back.Sha256));
        Assert.False(back.IsDirty);
    }

    [Fact]
    public void A_file_of_which_nothing_is_known_comes_back_so()
    {
        var job = FullJobs.Job();
        job.Add(new JobFile(0, new AddFile { FileId = "0", RemoteName = "http://origin.test/a", LocalName = "/files/a" }, "/files/.a"));

        var back = _database.SaveAndLoad(job).Files.Single();

        Assert.Equal((null, null, -1L, false, false, null), (back.Temporary, back.Validator, back.Length, back.IsHere, back.IsCompleted, back.Sha256));
        Assert.Null(back.Asked.Http);
        Assert.Null(back.Asked.Digest);
        Assert.Empty(back.Asked.Ranges);
        Assert.Equal(ByteRange.UnknownSize, back.Asked.FileSize);
    }

    [Fact]
    public void Jobs_come_back_oldest_first_with_their_files_in_order()
    {
        var young = new Job(Guid.NewGuid(), new Caller(1, 1, "ann", false), "young", FullJobs.Then.AddHours(1));
        var old = new Job(Guid.NewGuid(), new Caller(1, 1, "ann", false), "old", FullJobs.Then);
        for (var i = 0; i < 12; i++)
            old.Add(FullJobs.File(i));
        young.Add(FullJobs.File(0));
        using (var store = _database.Open())
        {
            Assert.Null(store.Commit([young, old]));
        }

        using var again = _database.Open();
        var back = again.Load();

        Assert.Equal(["old", "young"], back.Select(job => job.DisplayName));
        Assert.Equal(Enumerable.Range(0, 12), back[0].Files.Select(file => file.Index));
    }

    [Fact]
    public void Recorded_pieces_come_back_and_count_as_bytes()
    {
        var job = FullJobs.Job();
        var file = FullJobs.File(0);
        (file.IsHere, file.Length) = (false, (5 << 20) + 10);
        job.Add(file);
        (PieceIndex, PieceHash)[] pieces = [(new PieceIndex(0), PieceHash.Of([1])), (new PieceIndex(3), PieceHash.Of([2]))];
        using (var store = _database.Open())
        {
            store.SavePieces(job.Id, 0, pieces);
            store.SavePieces(job.Id, 1, [(new PieceIndex(9), PieceHash.Of([3]))]);
            Assert.Null(store.Commit([job]));
        }

        using var again = _database.Open();

        Assert.Equal(pieces, again.LoadPieces(job.Id, 0));
        Assert.Equal(2L << 20, again.Load().Single().Files.Single().BytesTransferred);
    }

    [Fact]
    public void A_piece_that_came_again_has_its_new_hash()
    {
        using var store = _database.Open();
        var job = Guid.NewGuid();
        store.SavePieces(job, 0, [(new PieceIndex(4), PieceHash.Of([1]))]);
        store.SavePieces(job, 0, [(new PieceIndex(4), PieceHash.Of([2]))]);

        Assert.Equal([(new PieceIndex(4), PieceHash.Of([2]))], store.LoadPieces(job, 0));
    }

    [Fact]
    public void Pieces_are_dropped_file_by_file()
    {
        using var store = _database.Open();
        var job = Guid.NewGuid();
        store.SavePieces(job, 0, [(new PieceIndex(0), PieceHash.Of([1]))]);
        store.SavePieces(job, 1, [(new PieceIndex(0), PieceHash.Of([1]))]);
        store.DropPieces(job, 0);

        Assert.Empty(store.LoadPieces(job, 0));
        Assert.Single(store.LoadPieces(job, 1));
    }

    [Fact]
    public void A_dropped_job_leaves_nothing()
    {
        var (job, other) = (FullJobs.Job(), FullJobs.Job());
        job.Add(FullJobs.File(0));
        using var store = _database.Open();
        store.SavePieces(job.Id, 0, [(new PieceIndex(0), PieceHash.Of([1]))]);
        Assert.Null(store.Commit([job, other]));
        store.Drop(job.Id);
        Assert.Null(store.Commit([]));

        Assert.Equal([other.Id], store.Load().Select(one => one.Id));
        Assert.Empty(store.LoadPieces(job.Id, 0));
    }

    [Fact]
    public void What_was_not_committed_is_not_there_after_a_crash()
    {
        var job = FullJobs.Job();
        using (var store = _database.Open())
        {
            Assert.Null(store.Commit([job]));
            store.SavePieces(job.Id, 0, [(new PieceIndex(0), PieceHash.Of([1]))]);
            store.Drop(job.Id);
        }

        using var again = _database.Open();
        Assert.Single(again.Load());
        Assert.Empty(again.LoadPieces(job.Id, 0));
    }

    [Fact]
    public void Pieces_that_wait_for_the_next_commit_count_already_and_dropped_ones_do_not_come_back()
    {
        var job = FullJobs.Job();
        (PieceIndex, PieceHash) first = (new PieceIndex(0), PieceHash.Of([1]));
        (PieceIndex, PieceHash) second = (new PieceIndex(1), PieceHash.Of([2]));
        using var store = _database.Open();
        store.SavePieces(job.Id, 0, [first]);
        Assert.Equal([first], store.LoadPieces(job.Id, 0));
        Assert.Null(store.Commit([job]));

        store.DropPieces(job.Id, 0);
        Assert.Empty(store.LoadPieces(job.Id, 0));
        store.SavePieces(job.Id, 0, [second]);
        Assert.Equal([second], store.LoadPieces(job.Id, 0));

        Assert.Null(store.Commit([]));
        Assert.Equal([second], store.LoadPieces(job.Id, 0));
    }

    [Fact]
    public void What_could_not_be_committed_is_committed_with_the_next()
    {
        var job = FullJobs.Job();
        using var store = _database.Open();
        _database.Execute("CREATE TRIGGER refuse BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        store.SavePieces(job.Id, 0, [(new PieceIndex(0), PieceHash.Of([1]))]);

        Assert.Contains("the disk is full", store.Commit([job])!.Text, StringComparison.Ordinal);
        Assert.True(job.IsDirty);
        Assert.Empty(store.Load());

        _database.Execute("DROP TRIGGER refuse");
        Assert.Null(store.Commit([job]));
        Assert.False(job.IsDirty);
        Assert.Single(store.Load());
        Assert.Single(store.LoadPieces(job.Id, 0));
    }

    [Fact]
    public void Secrets_are_sealed_at_rest()
    {
        var job = FullJobs.Job();
        job.Add(FullJobs.File(0));
        using var store = _database.Open();
        Assert.Null(store.Commit([job]));

        var raw = string.Concat(_database.Files.Select(path => Encoding.Latin1.GetString(ReadShared(path))));

        Assert.Contains("http://origin.test/0", raw, StringComparison.Ordinal);
        foreach (var secret in new[] { "user-name", "pass-word", "bearer-token", "header-secret", "challenge-secret", "proxy-secret" })
        {
            Assert.DoesNotContain(secret, raw, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='), raw, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void With_another_key_a_job_comes_back_without_its_secrets()
    {
        var job = FullJobs.Job();
        job.Add(FullJobs.File(0));
        _database.SaveAndLoad(job);

        using var store = JobStore.Open(_database.Path, TestSecrets.OpenOther());

        Assert.Null(store.Load().Single().Files.Single().Asked.Http);
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        _database.SaveAndLoad(FullJobs.Job());
        _database.Execute($"PRAGMA user_version = {JobRows.SchemaVersion + 1}");

        var refusal = Assert.Throws<InvalidDataException>(() => _database.Open().Dispose());

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        _database.Execute($"PRAGMA user_version = {JobRows.SchemaVersion}");
        using var store = _database.Open();
        Assert.Single(store.Load());
    }

    public void Dispose() => _database.Dispose();

    static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
