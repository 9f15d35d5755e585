namespace Haul.SystemTests.Com;

/// <summary>The COM contract of downloads, held by C++ programs against the library and a real agent. Each test is a case of Native/.</summary>
public sealed class ComDownloadTests
{
    [Fact]
    public Task Operations_go_by_the_state() => CheckAsync("download-states");

    [Fact]
    public Task A_download_rests_goes_on_and_gives_way() => CheckAsync("download-resting");

    [Fact]
    public Task Downloads_are_listed_by_five_properties() => CheckAsync("download-list");

    [Fact]
    public Task Thirty_properties_have_their_types_access_and_states() => CheckAsync("download-properties");

    [Fact]
    public Task Headers_are_kept_for_a_server_that_asks() => CheckAsync("download-challenged");

    [Fact]
    public Task Bytes_are_held_against_piece_hashes() => CheckAsync("download-checked");

    [Fact]
    public Task Changes_are_told_to_one_object_until_the_end() => CheckAsync("download-told");

    [Fact]
    public Task Bytes_are_told_as_often_as_was_asked() => CheckAsync("download-paced");

    [Fact]
    public Task A_start_that_blocks_returns_at_the_end() => CheckAsync("download-blocked");

    [Fact]
    public Task A_stream_gets_the_ranges_in_order() => CheckAsync("download-streamed");

    [Fact]
    public Task A_stream_that_fails_or_blocks_harms_its_own_download_only() => CheckAsync("download-refusing");

    [Fact]
    public Task A_thousand_cycles_leave_nothing_behind() => CheckAsync("download-soak");

    [Fact]
    public async Task Downloads_that_are_not_volatile_outlive_an_agent_that_is_killed()
    {
        await using var rig = await ComRig.StartAsync();
        await using var program = rig.Start(await ComLibrary.ChecksAsync(), "download-killed", rig.Origin, rig.Directory);
        await program.WaitForLineAsync("ready");

        await rig.KillAgentAsync();
        await program.WaitForLineAsync("gone");
        await rig.StartAgentAsync();

        Assert.True(await program.WaitForExitAsync() == 0, program.Errors.Text);
        Assert.Null(rig.Content.FirstDifference(Path.Combine(rig.Directory, "kept")));
    }

    [Fact]
    public async Task The_bytes_of_streams_are_not_left_behind()
    {
        await using var rig = await ComRig.StartAsync();

        await rig.CheckAsync(await ComLibrary.ChecksAsync(), "download-streamed");

        Assert.Empty(Directory.GetFiles(rig.Streams));
    }

    static async Task CheckAsync(string name)
    {
        await using var rig = await ComRig.StartAsync();
        await rig.CheckAsync(await ComLibrary.ChecksAsync(), name);
    }
}
