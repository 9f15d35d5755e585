using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Cli;

/// <summary>haul get with piece hashes.</summary>
public sealed class GetPiecesTests : IAsyncDisposable
{
    static readonly TestContent _content = new(1, 3_000_000);
    readonly CliRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_false_piece_is_fetched_again()
    {
        _rig.Origin.Serve("/file", _content).SendsFalseByte(at: 1_500_000, times: 1);

        var get = await GetAsync();

        Assert.Equal((0, ""), (get.Exit, get.Exit == 0 ? "" : get.Error));
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        Assert.Equal("no-cache", _rig.Origin.RequestsOf("/file")[^1]["Cache-Control"]);
    }

    [Fact]
    public async Task A_false_content_is_not_delivered_and_a_later_get_goes_on_with_what_was_true()
    {
        var file = _rig.Origin.Serve("/file", _content).SendsFalseByte(at: 1_500_000, times: int.MaxValue);

        var failed = await GetAsync();
        Assert.Equal(5, failed.Exit);
        Assert.Contains("[DO_E_BAD_PIECE_HASH 0x80D06805]", failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_rig.Target("file")));

        file.BehavesWell();
        Assert.Equal(0, (await GetAsync()).Exit);
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
    }

    [Fact]
    public async Task Hashes_that_are_not_the_expected_ones_are_refused_before_the_file_is_fetched()
    {
        _rig.Origin.Serve("/file", _content);

        var get = await GetAsync(digest: new string('0', 64));

        Assert.Equal(5, get.Exit);
        Assert.Contains("DO_E_METAINFO_DIGEST_MATCH", get.Error, StringComparison.Ordinal);
        Assert.Contains("[DO_E_INTEGRITYCHECKINFO_UNAVAILABLE 0x80D02017]", get.Error, StringComparison.Ordinal);
        Assert.Empty(_rig.Origin.RequestsOf("/file"));
    }

    Task<CliResult> GetAsync(string? digest = null)
    {
        var check = _rig.Origin.ServeHashes("/hashes", _content);
        return _rig.RunAsync("get", _rig.Url("/file"), "--manifest", check.PiecesHashFileUrl, "--manifest-digest", $"sha256:{digest ?? check.PiecesHashFileDigest}");
    }
}
