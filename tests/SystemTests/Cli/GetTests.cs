using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;

namespace Haul.SystemTests.Cli;

/// <summary>haul get from its start to its exit code.</summary>
public sealed class GetTests : IAsyncDisposable
{
    static readonly TestContent _content = new(1, 3_000_000);
    readonly CliRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_file_comes_under_its_own_name_and_one_line_tells_of_it()
    {
        _rig.Origin.Serve("/a/file%20one.bin", _content);

        var get = await _rig.RunAsync("get", _rig.Url("/a/file%20one.bin"));

        Assert.Equal(0, get.Exit);
        Assert.Matches($@"^file one\.bin  3\.00 MB  [\d.]+ s  [\d.]+ [kMG]?B/s  sha256:{_content.Sha256()}$", get.Out);
        Assert.Null(_content.FirstDifference(_rig.Target("file one.bin")));
        Assert.Empty(_rig.Gets());
        Assert.Empty(_rig.Temporaries());
    }

    [Fact]
    public async Task An_existing_file_is_refused_before_the_server_is_asked_and_replaced_when_told()
    {
        _rig.Origin.Serve("/file", _content);
        File.WriteAllText(_rig.Target("file"), "mine");

        var refused = await _rig.RunAsync("get", _rig.Url("/file"));
        Assert.Equal(3, refused.Exit);
        Assert.Contains("exists already; add --overwrite", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("[ERROR_FILE_EXISTS 0x80070050]", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_rig.Target("file")));
        Assert.Empty(_rig.Origin.Requests);

        Assert.Equal(0, (await _rig.RunAsync("get", _rig.Url("/file"), "--overwrite")).Exit);
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
    }

    [Fact]
    public async Task Bytes_with_another_digest_are_not_delivered_and_not_kept()
    {
        _rig.Origin.Serve("/file", _content);

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--sha256", new string('0', 64));

        Assert.Equal(5, get.Exit);
        Assert.Contains(_content.Sha256(), get.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_rig.Work));
        Assert.Empty(_rig.Gets());
    }

    [Theory]
    [InlineData("--sha256")]
    [InlineData("--digest")]
    public async Task Bytes_with_the_digest_given_are_delivered(string option)
    {
        _rig.Origin.Serve("/file", _content);
        var digest = option == "--digest" ? $"sha256:{_content.Sha256()}" : _content.Sha256().ToUpperInvariant();

        Assert.Equal(0, (await _rig.RunAsync("get", _rig.Url("/file"), option, digest, "-q")).Exit);
    }

    [Fact]
    public async Task A_server_s_refusal_is_told_and_leaves_nothing()
    {
        _rig.Origin.Serve("/file").Fails(404);

        var get = await _rig.RunAsync("get", _rig.Url("/file"));

        Assert.Equal(8, get.Exit);
        Assert.Contains("404", get.Error, StringComparison.Ordinal);
        Assert.EndsWith("0x80190194]", get.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_rig.Work));
        Assert.Empty(_rig.Gets());
    }

    [Fact]
    public async Task A_server_that_is_down_is_given_up_when_the_patience_is_over()
    {
        await _rig.Origin.GoDownAsync();

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--give-up-after", "0");

        Assert.Equal(7, get.Exit);
        Assert.Contains("[WININET_E_CANNOT_CONNECT 0x80072EFD]", get.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_waited_for_and_the_wait_is_shown()
    {
        _rig.Origin.Serve("/file", _content).Fails(503, times: 1, retryAfter: StatusFaults.Seconds(1));

        var get = await _rig.RunAsync("get", _rig.Url("/file"));

        Assert.Equal(0, get.Exit);
        Assert.Matches(@"waiting: .*503.* \[BG_E_HTTP_ERROR_503 0x801901F7\]; next try at \d\d:\d\d:\d\d", get.Error);
    }

    [Fact]
    public async Task Quiet_means_quiet()
    {
        _rig.Origin.Serve("/file", _content);

        Assert.Equal(new CliResult(0, "", ""), await _rig.RunAsync("get", _rig.Url("/file"), "-q"));
    }

    [Fact]
    public async Task What_is_said_to_a_pipe_has_no_control_characters()
    {
        _rig.Origin.Serve("/file", _content).Drips(2_000_000);

        var get = await _rig.RunAsync("get", _rig.Url("/file"));

        Assert.DoesNotContain('\u001b', get.Out + get.Error);
        Assert.DoesNotContain('\r', get.Out + get.Error);
        Assert.Contains("haul: file: started, 3.00 MB", get.Error, StringComparison.Ordinal);
        Assert.EndsWith("haul: file: done, 3.00 MB", get.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_ranges_asked_for_come_back_to_back()
    {
        _rig.Origin.Serve("/file", _content);

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "-o", "part", "--range", "10-19", "--range", "2999990-");

        Assert.Equal(0, get.Exit);
        Assert.Equal([.. _content.Bytes(10, 10), .. _content.Bytes(2_999_990, 10)], File.ReadAllBytes(_rig.Target("part")));
    }

    [Fact]
    public async Task Credentials_go_with_the_request_and_not_to_the_screen()
    {
        _rig.Origin.Serve("/basic", _content).RequiresBasic("ann", "s3cret");
        _rig.Origin.Serve("/bearer", _content).RequiresBearer("t0ken");
        _rig.Origin.Serve("/header", _content);

        var given = await _rig.RunAsync("get", _rig.Url("/basic"), "--user", "ann:s3cret");
        _rig.Variables["HAUL_PASSWORD"] = "s3cret";
        _rig.Variables["HAUL_BEARER"] = "t0ken";
        var found = await _rig.RunAsync("get", _rig.Url("/basic"), "-o", "again", "--user", "ann");
        var bearer = await _rig.RunAsync("get", _rig.Url("/bearer"));
        var header = await _rig.RunAsync("get", _rig.Url("/header"), "-H", "X-Test: value");

        Assert.All([given, found, bearer, header], get => Assert.Equal(0, get.Exit));
        Assert.DoesNotContain("s3cret", given.Out + given.Error, StringComparison.Ordinal);
        Assert.Equal("value", _rig.Origin.RequestsOf("/header")[0]["X-Test"]);
    }

    [Fact]
    public async Task A_header_for_a_challenge_is_sent_after_one()
    {
        _rig.Origin.Serve("/file", _content).RequiresBearer("t0ken");

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--auth-header", "Authorization: Bearer t0ken");
        var wrong = await _rig.RunAsync("get", _rig.Url("/file"), "-o", "again", "--auth-header", "Authorization: Bearer other");

        Assert.Equal((0, 8), (get.Exit, wrong.Exit));
        Assert.Null(_content.FirstDifference(_rig.Target("file")));
        Assert.Contains("[BG_E_HTTP_ERROR_401 ", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("other", wrong.Out + wrong.Error, StringComparison.Ordinal);
        Assert.Equal([401, 206, 401, 401], _rig.Origin.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task A_missing_password_is_asked_for_only_where_someone_can_answer()
    {
        _rig.Origin.Serve("/file", _content);

        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--user", "ann");

        Assert.Equal(2, get.Exit);
        Assert.Contains("HAUL_PASSWORD", get.Error, StringComparison.Ordinal);
        Assert.Empty(_rig.Origin.Requests);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("ftp://a/b")]
    [InlineData("--nothing")]
    public async Task What_is_no_url_is_a_usage_error(string url) => Assert.Equal(2, (await _rig.RunAsync("get", url)).Exit);

    [Fact]
    public async Task A_directory_of_d_is_made_and_one_of_o_is_not()
    {
        _rig.Origin.Serve("/file", _content);

        Assert.Equal(0, (await _rig.RunAsync("get", _rig.Url("/file"), "-d", "new/deep")).Exit);
        Assert.Equal(3, (await _rig.RunAsync("get", _rig.Url("/file"), "-o", "other/file")).Exit);

        Assert.Null(_content.FirstDifference(_rig.Target("new/deep/file")));
        Assert.False(Directory.Exists(_rig.Target("other")));
    }
}
