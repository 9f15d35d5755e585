using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;

namespace Haul.SystemTests.Transfers;

/// <summary>What an origin that does everything right is owed.</summary>
public sealed class GoodOriginTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(17_000_003)]
    public async Task A_file_of_any_length_arrives_whole_with_its_digest(long length)
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(1, length);
        origin.Serve("/file", content);

        var file = await rig.FetchAsync(origin.UrlOf("/file"));

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.Equal(content.Sha256(), file.Sha256);
        Assert.Equal(["target.bin"], rig.Leftovers());
    }

    [Fact]
    public async Task Ranges_are_written_back_to_back_in_the_order_given()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(2, 5_000_000);
        origin.Serve("/file", content);

        await rig.FetchAsync(origin.UrlOf("/file"), file => file with
        {
            Ranges = [new ByteRange(4_000_000, 500), new ByteRange(0, 2_500_000), new ByteRange(4_999_000, ByteRange.ToEndOfFile)],
        });

        byte[] expected = [.. content.Bytes(4_000_000, 500), .. content.Bytes(0, 2_500_000), .. content.Bytes(4_999_000, 1000)];
        Assert.Equal(expected, await File.ReadAllBytesAsync(rig.Target(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Jobs_survive_a_restart_and_go_on_where_they_were()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(3, 12_000_000);
        var served = origin.Serve("/file", content);
        var job = await rig.StartAsync(origin.UrlOf("/file"), file => file with { Http = new() { BytesPerSecondMax = 8_000_000 } });
        while (rig.Jobs.Get(rig.Me, job.Id).Value!.Progress.BytesTransferred < 4_000_000)
            await Task.Delay(10, TestContext.Current.CancellationToken);

        await rig.RestartAsync();
        await rig.WaitAsync(job.Id, JobState.Transferred);
        await rig.Jobs.CompleteAsync(rig.Me, job.Id);

        Assert.Null(content.FirstDifference(rig.Target()));
        Assert.Contains(origin.RequestsOf("/file"), request => request.Range is not null && !request.Range.StartsWith("bytes=0-", StringComparison.Ordinal));
        GC.KeepAlive(served);
    }
}
