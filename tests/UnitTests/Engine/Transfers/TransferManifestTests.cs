using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>Files that are held against a piece-hash file while they come.</summary>
public sealed class TransferManifestTests : IDisposable
{
    const int MiB = PieceLayout.StandardPieceSize;
    const int Wrong = MiB + 17;

    readonly JobWorld _world = new();
    readonly byte[] _content = FakeOrigin.Content(4 * MiB + 1000);

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(MiB)]
    [InlineData(64 << 10)]
    public void A_true_content_is_checked_and_placed(int pieceSize)
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        ServeHashes(pieceSize);
        var job = _world.Run(File());

        AssertPlaced(job);
    }

    [Theory]
    [InlineData(MiB)]
    [InlineData(64 << 10)]
    public void A_piece_that_comes_false_once_is_fetched_again_past_caches(int pieceSize)
    {
        ServeFalsely(times: 1);
        ServeHashes(pieceSize);
        var job = _world.Run(File());
        _world.Pass(TimeSpan.FromSeconds(5));

        AssertPlaced(job);
        var again = _world.Origin.Requests.Where(one => one.Range?.From == MiB).ToArray();
        Assert.NotEmpty(again);
        Assert.All(again, one => Assert.Contains("no-cache", one.Headers, StringComparison.Ordinal));
    }

    [Fact]
    public void A_small_file_that_comes_false_once_is_fetched_again()
    {
        var small = _content[..5000];
        ServeFalsely(times: 1, small, at: 17);
        _world.Origin.Serve(JobWorld.Url("phf"), PieceHashFile.Write(Manifest.Of(small)));
        var job = _world.Run(File() with { Integrity = CheckOf(Manifest.Of(small)) });
        _world.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(JobState.Transferred, _world.StateOf(job));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(small)), _world.FileOf(job).Sha256);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_piece_that_is_always_false_fails_the_job_and_names_file_piece_and_host(bool isMandatory)
    {
        ServeFalsely(times: int.MaxValue);
        ServeHashes(MiB);
        var job = _world.Run(File(isMandatory));
        _world.Pass(TimeSpan.FromSeconds(10));

        var error = _world.Now(job).Error!;
        Assert.Equal((JobState.Error, DO_E_BAD_PIECE_HASH), (_world.StateOf(job), error.Code));
        Assert.Contains("http://origin.test/a", error.Text, StringComparison.Ordinal);
        Assert.Contains("piece 1", error.Text, StringComparison.Ordinal);
        Assert.Contains("origin.test", error.Text, StringComparison.Ordinal);
        Assert.InRange(_world.Origin.Requests.Count, 3, 20);
    }

    [Fact]
    public void A_false_content_of_untold_length_fails_too()
    {
        ServeFalsely(times: int.MaxValue).Answers = request => FalseContent.InChunks(request, Spoiled());
        ServeHashes(MiB);
        var job = _world.Run(File());
        _world.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal((JobState.Error, DO_E_BAD_PIECE_HASH), (_world.StateOf(job), _world.Now(job).Error!.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1000)]
    public void A_content_of_untold_length_is_checked_to_its_end(int difference)
    {
        _world.Origin.Serve(JobWorld.Url("a")).Answers = request => FalseContent.InChunks(request, _content[..(_content.Length + difference)]);
        ServeHashes(MiB);
        var job = _world.Run(File());
        _world.Pass(TimeSpan.FromSeconds(10));

        if (difference == 0)
            AssertPlaced(job);
        else
            Assert.Equal((JobState.Error, DO_E_BAD_INCOMING_DATA), (_world.StateOf(job), _world.Now(job).Error!.Code));
    }

    public static TheoryData<string, string> Useless => new()
    {
        { "missing", "HTTP_404" },
        { "digest", nameof(DO_E_METAINFO_DIGEST_MATCH) },
        { "page", nameof(DO_E_PHF_DIGESTMATCH_POTENTIAL_PROXYSERVER) },
        { "length", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "bomb", nameof(DO_E_METAINFO_FILE_SIZE) },
    };

    [Theory]
    [MemberData(nameof(Useless))]
    public void Without_a_valid_piece_hash_file_a_file_that_must_be_checked_fails_with_the_cause(string what, string code)
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        var job = _world.Run(File(isMandatory: true, ServeUseless(what)));

        var error = _world.Now(job).Error!;
        Assert.Equal((JobState.Error, DO_E_INTEGRITYCHECKINFO_UNAVAILABLE), (_world.StateOf(job), error.Code));
        Assert.Contains(CodeOf(code).ToString(), error.Text, StringComparison.Ordinal);
        Assert.Equal(0UL, _world.Now(job).Progress.BytesTransferred);
    }

    [Theory]
    [MemberData(nameof(Useless))]
    public void Without_a_valid_piece_hash_file_another_file_comes_unchecked_and_says_why(string what, string code)
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        var job = _world.Run(File(isMandatory: false, ServeUseless(what)));

        Assert.Equal(JobState.Transferred, _world.StateOf(job));
        var integrity = _world.FileOf(job).Integrity!;
        Assert.Equal((IntegrityState.Unavailable, CodeOf(code)), (integrity.State, integrity.Code!.Value));
        Assert.NotEmpty(integrity.Text!);
    }

    [Fact]
    public void A_piece_hash_file_that_is_busy_is_waited_for_where_it_is_needed()
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        var hashes = ServeHashes(MiB).Refusing(503);
        var job = _world.Run(File());
        _world.Pass(TimeSpan.FromSeconds(3.5));
        Assert.Equal((JobState.TransientError, DO_E_INTEGRITYCHECKINFO_UNAVAILABLE), (_world.StateOf(job), _world.Now(job).Error!.Code));
        Assert.DoesNotContain(_world.Origin.Requests, one => one.Uri.AbsolutePath == "/a");

        hashes.Status = null;
        _world.Pass(TimeSpan.FromSeconds(20));

        AssertPlaced(job);
    }

    [Fact]
    public void A_piece_hash_file_that_is_busy_holds_others_up_for_seconds_only()
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        ServeHashes(MiB).Refusing(503);
        var job = _world.Run(File(isMandatory: false));
        _world.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(JobState.Transferred, _world.StateOf(job));
        Assert.Equal(HResult.FromHttpStatus(503), _world.FileOf(job).Integrity!.Code);
    }

    [Fact]
    public void A_job_can_be_suspended_while_the_piece_hash_file_does_not_come()
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        var hashes = ServeHashes(MiB).Stalling(10);
        var job = _world.Run(File());
        Assert.Equal(IntegrityState.Pending, _world.FileOf(job).Integrity!.State);
        _world.Ask(jobs => jobs.SuspendAsync(_world.Ann, job));
        Assert.Equal(0, _world.Origin.OpenBodies);

        hashes.Go();
        _world.Ask(jobs => jobs.ResumeAsync(_world.Ann, job));
        _world.Pass(TimeSpan.FromSeconds(1));
        AssertPlaced(job);
    }

    [Theory]
    [InlineData(MiB)]
    [InlineData(64 << 10)]
    public void Pieces_of_an_earlier_run_are_held_against_it_too(int pieceSize)
    {
        // The first run believes another manifest, as nothing but TLS vouches for it; the validator stays the same.
        const string Hashes = "https://origin.test/phf";
        var file = _world.Origin.Serve(JobWorld.Url("a"), Spoiled()).Stalling(3 * MiB);
        _world.Origin.Serve(Hashes, PieceHashFile.Write(Manifest.Of(Spoiled(), pieceSize)));
        var job = _world.Run(JobWorld.File("a") with { Integrity = new IntegrityCheck { PiecesHashFileUrl = Hashes, IsMandatory = true } });
        _world.Pass(TimeSpan.FromSeconds(2));
        _world.Ask(jobs => jobs.SuspendAsync(_world.Ann, job));
        Assert.InRange(_world.FileOf(job).BytesTransferred, 3UL * MiB, 3UL * MiB);

        (file.Bytes, file.StallsAt) = (_content, long.MaxValue);
        _world.Origin.Serve(Hashes, PieceHashFile.Write(Manifest.Of(_content, pieceSize)));
        _world.Origin.Requests.Clear();
        _world.Ask(jobs => jobs.ResumeAsync(_world.Ann, job));
        _world.Pass(TimeSpan.FromSeconds(2));

        AssertPlaced(job);
        Assert.DoesNotContain(_world.Origin.Requests, one => one.Range?.From == 0);
    }

    [Fact]
    public void A_content_that_changes_on_the_way_is_held_against_the_manifest_anew()
    {
        var file = _world.Origin.Serve(JobWorld.Url("a"), Spoiled()).Stalling(MiB);
        ServeHashes(MiB);
        var job = _world.Run(File());
        (file.Bytes, file.ETag) = (_content, "\"v2\"");
        file.BreaksAt = MiB;
        _world.Go(file);
        file.BreaksAt = long.MaxValue;
        _world.Pass(TimeSpan.FromSeconds(5));

        AssertPlaced(job);
    }

    [Fact]
    public void Ranges_of_whole_pieces_are_checked_and_others_only_where_they_need_not_be()
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        ServeHashes(MiB);
        var whole = _world.Run(File() with { LocalName = JobWorld.Local("w"), Ranges = [new ByteRange(2 * MiB, ByteRange.ToEndOfFile)] });
        var cut = _world.Run(File() with { LocalName = JobWorld.Local("x"), Ranges = [new ByteRange(5, 100)] });
        var free = _world.Run(File(isMandatory: false) with { LocalName = JobWorld.Local("y"), Ranges = [new ByteRange(5, 100)] });

        Assert.Equal((JobState.Transferred, IntegrityState.Checked), (_world.StateOf(whole), _world.FileOf(whole).Integrity!.State));
        Assert.Equal((JobState.Error, DO_E_DOWNLOAD_RANGES_UNEXPECTED), (_world.StateOf(cut), _world.Now(cut).Error!.Code));
        Assert.Equal((JobState.Transferred, DO_E_DOWNLOAD_RANGES_UNEXPECTED), (_world.StateOf(free), _world.FileOf(free).Integrity!.Code!.Value));
    }

    [Fact]
    public void What_came_of_it_is_known_after_a_restart()
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        var job = _world.Run(File(isMandatory: false, ServeUseless("digest")));
        var before = _world.FileOf(job).Integrity;
        _world.Restart();

        Assert.Equal(before, _world.FileOf(job).Integrity);
    }

    RemoteFile ServeHashes(int pieceSize) => _world.Origin.Serve(JobWorld.Url("phf"), PieceHashFile.Write(Manifest.Of(_content, pieceSize)));

    RemoteFile ServeFalsely(int times, byte[]? content = null, int at = Wrong) => FalseContent.Serve(_world.Origin, JobWorld.Url("a"), content ?? _content, at, times);

    byte[] Spoiled() => FalseContent.Of(_content, Wrong);

    IntegrityCheck ServeUseless(string what)
    {
        var right = PieceHashFile.Write(Manifest.Of(_content));
        var served = what switch { "page" => "<html>log in"u8.ToArray(), "length" => PieceHashFile.Write(Manifest.Of(_content.AsSpan(1))), "bomb" => new byte[100 << 20], _ => right };
        if (what != "missing")
            _world.Origin.Serve(JobWorld.Url("phf"), served);
        var digest = what is "digest" or "page" ? new string('0', 64) : Convert.ToHexStringLower(SHA256.HashData(served));
        return new IntegrityCheck { PiecesHashFileUrl = JobWorld.Url("phf"), PiecesHashFileDigest = digest };
    }

    static HResult CodeOf(string name) => name == "HTTP_404" ? HResult.FromHttpStatus(404) : FromName(name)!.Value;

    static IntegrityCheck CheckOf(Manifest manifest)
    {
        var bytes = new byte[PieceHash.Size];
        manifest.HashOfHashes.Write(bytes);
        return new IntegrityCheck { PiecesHashFileUrl = JobWorld.Url("phf"), HashOfHashes = Convert.ToBase64String(bytes), IsMandatory = true };
    }

    AddFile File(bool isMandatory = true, IntegrityCheck? check = null) =>
        JobWorld.File("a") with { Integrity = (check ?? new IntegrityCheck { PiecesHashFileUrl = JobWorld.Url("phf"), PiecesHashFileDigest = Sha256OfServed() }) with { IsMandatory = isMandatory } };

    string Sha256OfServed() => Convert.ToHexStringLower(SHA256.HashData(_world.Origin.BytesOf(JobWorld.Url("phf"))));

    void AssertPlaced(Guid job)
    {
        Assert.Equal((JobState.Transferred, (string?)null), (_world.StateOf(job), _world.Now(job).Error?.Text));
        var file = _world.FileOf(job);
        Assert.Equal(IntegrityState.Checked, file.Integrity!.State);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_content)), file.Sha256);
        Assert.Equal(S_OK, _world.Ask(jobs => jobs.CompleteAsync(_world.Ann, job)).Code);
    }
}
