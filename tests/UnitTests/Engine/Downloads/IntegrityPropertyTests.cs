using Haul.Engine.Downloads;
using Haul.Engine.Pieces;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Downloads;

/// <summary>Downloads that name a piece-hash file by their properties.</summary>
public sealed class IntegrityPropertyTests : IDisposable
{
    const int MiB = PieceLayout.StandardPieceSize;

    readonly JobWorld _world = new();
    readonly byte[] _content = FakeOrigin.Content(3 * MiB + 5);
    readonly byte[] _buffer = new byte[8 << 20];

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_four_members_and_the_property_beside_make_a_check()
    {
        var check = IntegrityProperty.Read(Json(digest: new string('a', 64), algorithm: "SHA256"), isMandatory: true).Value;

        Assert.Equal(new IntegrityCheck { PiecesHashFileUrl = JobWorld.Url("phf"), PiecesHashFileDigest = new string('a', 64), PiecesHashFileDigestAlgorithm = "SHA256", HashOfHashes = Hash(), IsMandatory = true }, check);
        Assert.Null(IntegrityProperty.Read(Json(digest: "", algorithm: ""), isMandatory: false).Value!.PiecesHashFileDigest);
    }

    [Fact]
    public void A_publisher_s_key_may_stand_beside_them()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var key = Haul.Engine.Pieces.PublisherKey.Of(pair).Text;
        var json = Json(digest: "", algorithm: "");

        Assert.Equal(key, IntegrityProperty.Read($"{json[..^1]},\"PublisherKey\":\"{key}\"}}", isMandatory: true).Value!.PublisherKey);
        Assert.Equal(E_INVALIDARG, IntegrityProperty.Read($"{json[..^1]},\"PublisherKey\":\"x\"}}", isMandatory: true).Code);
        Assert.Equal(E_INVALIDARG, IntegrityProperty.Read($"{json[..^1]},\"PublisherKey\":5}}", isMandatory: true).Code);
    }

    [Fact]
    public void A_true_content_is_transferred_and_checked()
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content);
        var id = Start(toStream: false);

        Assert.Equal(DownloadState.Transferred, StatusOf(id).State);
        Assert.Equal(IntegrityState.Checked, _world.FileOf(id).Integrity!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_false_content_pauses_it_with_the_error(bool isMandatory)
    {
        FalseContent.Serve(_world.Origin, JobWorld.Url("a"), _content, MiB + 1, int.MaxValue);
        var id = Start(toStream: false, isMandatory);
        _world.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal((DownloadState.Paused, DO_E_BAD_PIECE_HASH), (StatusOf(id).State, StatusOf(id).Error));
    }

    [Fact]
    public void A_reader_of_the_stream_gets_no_byte_of_a_false_piece()
    {
        FalseContent.Serve(_world.Origin, JobWorld.Url("a"), _content, MiB + 1, times: 2);
        var id = Start(toStream: true);
        using var reader = _world.Do(downloads => Task.FromResult(downloads.OpenContent(_world.Ann, id))).Value!;
        for (var at = 0; at < _content.Length;)
        {
            var read = _world.Begin(_ => reader.ReadAsync(_buffer.AsMemory(at), TestContext.Current.CancellationToken));
            for (var turns = 0; turns < 40 && !read.IsCompleted; turns++)
                _world.Pass(TimeSpan.FromSeconds(0.25));
            // Who waits for events goes on by way of another thread.
            _world.RunUntil(() => read.IsCompleted);
            at += _world.Ask(_ => read).Value;
            Assert.True(_content.AsSpan(0, at).SequenceEqual(_buffer.AsSpan(0, at)));
        }
        Assert.Equal(DownloadState.Transferred, StatusOf(id).State);
    }

    DownloadStatus StatusOf(Guid id) => _world.Do(downloads => Task.FromResult(downloads.Status(_world.Ann, id))).Value!;

    Guid Start(bool toStream, bool isMandatory = true)
    {
        _world.Origin.Serve(JobWorld.Url("phf"), PieceHashFile.Write(Manifest.Of(_content)));
        var values = new Dictionary<string, DownloadValue>
        {
            ["Uri"] = DownloadValue.Of(JobWorld.Url("a")),
            ["IntegrityCheckInfo"] = DownloadValue.Of(Json()),
            ["IntegrityCheckMandatory"] = DownloadValue.Of(isMandatory),
        };
        if (!toStream)
            values["LocalPath"] = DownloadValue.Of(JobWorld.Local("a"));
        var id = _world.Do(downloads => downloads.CreateAsync(_world.Ann, new CreateDownload { Properties = values })).Value!.Id;
        var started = _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload { Ranges = [], SinkDirectory = toStream ? "/files" : null }));
        Assert.True(started.Succeeded, started.Failure?.Text);
        return id;
    }

    string Json(string digest = "", string algorithm = "") =>
        $$"""{"PiecesHashFileUrl":"{{JobWorld.Url("phf")}}","PiecesHashFileDigest":"{{digest}}","PiecesHashFileDigestAlgorithm":"{{algorithm}}","HashOfHashes":"{{Hash()}}"}""";

    string Hash()
    {
        var bytes = new byte[PieceHash.Size];
        Manifest.Of(_content).HashOfHashes.Write(bytes);
        return Convert.ToBase64String(bytes);
    }
}
