using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>What a server says of the whole file is held against what came.</summary>
public sealed class ReprDigestTests : IDisposable
{
    static readonly byte[] _content = FakeOrigin.Content((2 << 20) + 9);
    static readonly string _right = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(_content));
    static readonly string _wrong = Convert.ToBase64String(new byte[32]);

    readonly JobWorld _world = new();

    [Theory]
    [InlineData("Repr-Digest", "sha-256=:{0}:")]
    [InlineData("Repr-Digest", "sha-512=:AAAA:, sha-256=:{0}:")]
    [InlineData("repr-digest", "unixsum=:AA==:,SHA-256=:{0}:,x=5")]
    [InlineData("Digest", "SHA-256={0}")]
    [InlineData("Digest", "sha-256={0},MD5=AAAA")]
    public void The_SHA_256_of_the_whole_is_found(string name, string value)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(name, string.Format(System.Globalization.CultureInfo.InvariantCulture, value, _right));

        Assert.Equal(PieceHash.Of(_content), ReprDigest.Of(response));
    }

    [Theory]
    [InlineData("Repr-Digest", "sha-256={0}")]
    [InlineData("Repr-Digest", "sha-256=:{0}")]
    [InlineData("Repr-Digest", "sha-256=:AAAA:")]
    [InlineData("Repr-Digest", "sha-256=:")]
    [InlineData("Repr-Digest", "sha-256=:{0}:,sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:")]
    [InlineData("Repr-Digest", "sha-512=:{0}:")]
    [InlineData("Content-Digest", "sha-256=:{0}:")]
    [InlineData("Digest", "")]
    public void Anything_else_says_nothing(string name, string value)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(name, string.Format(System.Globalization.CultureInfo.InvariantCulture, value, _right));

        Assert.Null(ReprDigest.Of(response));
    }

    [Fact]
    public void A_header_that_is_too_long_is_not_looked_at()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Repr-Digest", $"{new string('x', 3000)}, sha-256=:{_right}:");

        Assert.Null(ReprDigest.Of(response));
    }

    [Fact]
    public void A_content_that_is_what_its_server_says_is_taken() => Assert.Equal(JobState.Transferred, _world.StateOf(Run(_right, JobWorld.File("a"))));

    [Fact]
    public void A_content_that_is_not_is_an_error()
    {
        var id = Run(_wrong, JobWorld.File("a"));

        Assert.Equal((JobState.Error, BG_E_VALIDATION_FAILED), (_world.StateOf(id), _world.Now(id).Error!.Code));
        Assert.Equal(0ul, _world.FileOf(id).BytesTransferred);
    }

    [Fact]
    public void Whoever_knows_better_is_asked_instead()
    {
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_content));

        Assert.Equal(JobState.Transferred, _world.StateOf(Run(_wrong, JobWorld.File("a") with { Digest = $"sha256:{expected}" })));
    }

    [Fact]
    public void It_is_not_about_ranges() => Assert.Equal(JobState.Transferred, _world.StateOf(Run(_wrong, JobWorld.File("a") with { Ranges = [new ByteRange(5, 100)] })));

    [Fact]
    public void A_content_with_another_digest_is_another_version()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"), _content).Stalling(at: 1 << 20);
        origin.Adds["Repr-Digest"] = $"sha-256=:{_wrong}:";
        var id = _world.Run(JobWorld.File("a"));
        _world.Ask(jobs => jobs.SuspendAsync(_world.Ann, id));

        origin.Adds["Repr-Digest"] = $"sha-256=:{_right}:";
        _world.Crash();
        _world.Ask(jobs => jobs.ResumeAsync(_world.Ann, id));
        _world.Go(origin);
        _world.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(JobState.Transferred, _world.StateOf(id));
        Assert.Equal(0, _world.Origin.Requests[^1].Range?.From ?? 0);
    }

    public void Dispose() => _world.Dispose();

    Guid Run(string digest, AddFile file)
    {
        _world.Origin.Serve(JobWorld.Url("a"), _content).Adds["Repr-Digest"] = $"sha-256=:{digest}:";
        var id = _world.Run(file);
        _world.Pass(TimeSpan.FromSeconds(2));
        return id;
    }
}
