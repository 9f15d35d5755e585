namespace Haul.SystemTests.Com;

/// <summary>The COM contract of jobs, held by C++ programs against the library and a real agent. Each test is a case of Native/.</summary>
public sealed class ComContractTests
{
    [Fact]
    public Task The_class_makes_managers_and_nothing_else() => CheckAsync("activation");

    [Fact]
    public Task Jobs_are_made_found_and_listed() => CheckAsync("jobs");

    [Fact]
    public Task An_object_has_one_identity_and_exact_references() => CheckAsync("identity");

    [Fact]
    public Task Properties_are_kept_and_checked() => CheckAsync("properties");

    [Fact]
    public Task What_is_of_BITS_only_is_told_truly_or_refused() => CheckAsync("bits");

    [Fact]
    public Task Operations_go_by_the_state() => CheckAsync("states");

    [Fact]
    public Task An_error_says_what_where_and_why() => CheckAsync("errors");

    [Fact]
    public Task Codes_have_texts_and_texts_are_the_client_s() => CheckAsync("texts");

    [Fact]
    public Task A_null_for_a_result_is_an_invalid_argument() => CheckAsync("nulls");

    [Fact]
    public Task Files_are_added_with_ranges_and_listed() => CheckAsync("adding");

    [Fact]
    public Task A_file_tells_of_its_bytes() => CheckAsync("transferred");

    [Fact]
    public Task A_file_without_a_path_gets_one_as_a_property() => CheckAsync("sinkless");

    [Fact]
    public Task Files_go_to_streams() => CheckAsync("sunk");

    [Fact]
    public Task A_stream_that_fails_is_an_error_of_its_job() => CheckAsync("sink-fails");

    [Fact]
    public Task A_file_that_is_false_is_not_brought() => CheckAsync("false");

    [Fact]
    public Task Callbacks_come_with_the_client_s_pointer_and_may_call_back_in() => CheckAsync("calls");

    [Fact]
    public Task An_error_is_told_until_it_is_taken() => CheckAsync("failing");

    [Fact]
    public Task A_callback_that_blocks_holds_up_no_other() => CheckAsync("blocking");

    [Fact]
    public Task A_callback_that_was_replaced_is_let_go_of() => CheckAsync("replaced");

    [Fact]
    public Task What_is_true_already_is_told_though_nobody_holds_the_job() => CheckAsync("standing");

    [Fact]
    public Task A_class_for_notifications_starts_its_command_where_no_callback_is() => CheckAsync("command");

    [Fact]
    public Task Sixteen_threads_call_at_once() => CheckAsync("threads");

    [Fact]
    public Task A_fork_is_refused_and_harms_nothing() => CheckAsync("fork");

    [Fact]
    public Task The_library_stays_when_it_is_closed() => CheckAsync("unload");

    [Fact]
    public Task Ten_thousand_cycles_leave_nothing_behind() => CheckAsync("soak");

    [Fact]
    public async Task An_agent_that_is_killed_in_a_call_and_comes_back_is_found_again()
    {
        await using var rig = await ComRig.StartAsync();
        await using var program = rig.Start(await ComLibrary.ChecksAsync(), "killed", rig.Origin, rig.Directory);
        await program.WaitForLineAsync("ready");

        await rig.KillAgentAsync();
        await program.WaitForLineAsync("gone");
        await rig.StartAgentAsync();

        Assert.True(await program.WaitForExitAsync() == 0, program.Errors.Text);
    }

    static async Task CheckAsync(string name)
    {
        await using var rig = await ComRig.StartAsync();
        await rig.CheckAsync(await ComLibrary.ChecksAsync(), name);
    }
}
