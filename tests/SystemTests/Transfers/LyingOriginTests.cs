using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Transfers;

/// <summary>Lies that no header betrays: only a digest shows them.</summary>
public sealed class LyingOriginTests
{
    const int Length = 3_500_000;

    [Fact]
    public async Task A_wrong_digest_is_an_error_and_the_file_is_not_placed()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", new TestContent(1, Length));

        var error = await rig.FailAsync(origin.UrlOf("/file"), file => file with { Digest = "sha256:" + new string('0', 64) });

        Assert.Equal(BG_E_VALIDATION_FAILED, error.Code);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Length)]
    public async Task A_sha512_is_held_against_the_file(int length)
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(1, length);
        origin.Serve("/file", content);
        var digest = Convert.ToHexString(System.Security.Cryptography.SHA512.HashData(content.Bytes()));

        await rig.FetchAsync(origin.UrlOf("/file"), file => file with { Digest = "sha512:" + digest });

        Assert.Null(content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task Content_that_changes_under_the_same_ETag_is_put_right_by_the_digest()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var file = origin.Serve("/file", new TestContent(1, Length));
        var next = new TestContent(2, Length);
        file.ChangesAfter(1, version => version.ReplacedInSecret(next)).DropsAfter(1_200_000, connections: 1);

        await rig.FetchAsync(origin.UrlOf("/file"), asked => asked with { Digest = "sha256:" + next.Sha256() });

        Assert.Null(next.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_beginning_sent_for_another_part_is_put_right_by_the_digest()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(1, Length);
        origin.Serve("/file", content).SendsBeginningAsRange().DropsAfter(1_200_000, connections: 1);

        await rig.FetchAsync(origin.UrlOf("/file"), asked => asked with { Digest = "sha256:" + content.Sha256() });

        Assert.Null(content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_size_that_the_job_knows_better_is_an_error()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", new TestContent(1, Length));

        var error = await rig.FailAsync(origin.UrlOf("/file"), file => file with { FileSize = Length + 1 });

        Assert.Equal(DO_E_HTTP_BLOCKSIZE_MISMATCH, error.Code);
    }

    [Fact]
    public async Task A_range_outside_the_file_is_an_error()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", new TestContent(1, Length));

        var error = await rig.FailAsync(origin.UrlOf("/file"), file => file with { Ranges = [new ByteRange(Length - 10, 11)] });

        Assert.Equal(DO_E_INVALID_RANGE, error.Code);
    }

    [Fact]
    public async Task Ranges_from_a_server_without_ranges_are_an_error()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", new TestContent(1, Length)).HasNoRanges();

        var error = await rig.FailAsync(origin.UrlOf("/file"), file => file with { Ranges = [new ByteRange(100, 200)] });

        Assert.Equal(DO_E_INSUFFICIENT_RANGE_SUPPORT, error.Code);
    }
}
