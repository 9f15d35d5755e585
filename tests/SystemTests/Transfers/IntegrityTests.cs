using Haul.Protocol.Api;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Transfers;

/// <summary>Files with a piece-hash file, over real connections.</summary>
public sealed class IntegrityTests
{
    static readonly TestContent _content = new(1, 5_500_000);

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(32 << 10)]
    public async Task A_piece_that_comes_false_is_fetched_again(int pieceSize)
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content).SendsFalseByte(at: 2_500_000, times: 2);
        var check = origin.ServeHashes("/hashes", _content, pieceSize);

        var file = await rig.FetchAsync(origin.UrlOf("/file"), asked => asked with { Integrity = check });

        Assert.Equal(IntegrityState.Checked, file.Integrity!.State);
        Assert.Null(_content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task A_content_that_stays_false_is_an_error_and_is_not_placed()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content).SendsFalseByte(at: 2_500_000, times: int.MaxValue);
        var check = origin.ServeHashes("/hashes", _content);

        var error = await rig.FailAsync(origin.UrlOf("/file"), asked => asked with { Integrity = check });

        Assert.Equal(DO_E_BAD_PIECE_HASH, error.Code);
        Assert.Contains("piece 2 ", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_must_be_checked_is_not_fetched_without_its_hashes()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content);
        var check = origin.ServeHashes("/hashes", _content) with { PiecesHashFileUrl = origin.UrlOf("/nowhere").AbsoluteUri };

        var error = await rig.FailAsync(origin.UrlOf("/file"), asked => asked with { Integrity = check });

        Assert.Equal(DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, error.Code);
        Assert.Empty(origin.RequestsOf("/file"));
    }

    [Fact]
    public async Task Hashes_that_break_off_come_with_the_next_try()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        origin.Serve("/file", _content);
        var check = origin.ServeHashes("/hashes", _content, breaks: 1);

        var file = await rig.FetchAsync(origin.UrlOf("/file"), asked => asked with { Integrity = check });

        Assert.Equal(IntegrityState.Checked, file.Integrity!.State);
        Assert.Equal(2, origin.RequestsOf("/hashes").Count);
    }
}
