namespace Haul.SystemTests.Processes;

/// <summary>A started program is heard, waited for, ended and killed as the tests say.</summary>
public sealed class RunningProgramTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Lines_are_seen_while_the_program_runs()
    {
        await using var cat = RunningProgram.Start("cat");
        cat.Write("one\ntwo\n");

        Assert.Equal("two", await cat.WaitForLineAsync("wo"));
        Assert.Equal(["one", "two"], cat.Output.Lines);
        Assert.False(cat.HasExited);
    }

    [Fact]
    public async Task Errors_and_the_exit_code_are_kept()
    {
        await using var shell = await RunningProgram.RunAsync("sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal(7, await shell.WaitForExitAsync());
        Assert.Equal("out", shell.Output.Text);
        Assert.Equal("err", shell.Errors.Text);
    }

    [Fact]
    public async Task A_line_that_does_not_come_is_a_timeout()
    {
        await using var cat = RunningProgram.Start("cat");

        await Assert.ThrowsAsync<TimeoutException>(() => cat.WaitForLineAsync("never", Soon));
    }

    [Fact]
    public async Task A_line_that_cannot_come_any_more_is_an_error_at_once()
    {
        await using var shell = RunningProgram.Start("sh", "-c", "echo something else");

        await Assert.ThrowsAsync<InvalidOperationException>(() => shell.WaitForLineAsync("never"));
    }

    [Fact]
    public async Task A_program_asked_to_end_may_clean_up_and_a_killed_one_may_not()
    {
        const string Script = "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
        await using var asked = RunningProgram.Start("sh", "-c", Script);
        await using var killed = RunningProgram.Start("sh", "-c", Script);
        await asked.WaitForLineAsync("ready");
        await killed.WaitForLineAsync("ready");

        Assert.Equal(3, await asked.TerminateAsync());
        Assert.Equal(["ready", "bye"], asked.Output.Lines);
        Assert.Equal(128 + 9, await killed.KillAsync());
        Assert.Equal(["ready"], killed.Output.Lines);
    }

    [Fact]
    public async Task The_environment_and_the_directory_are_those_of_the_setting()
    {
        using var directory = new TempDirectory();
        var setting = new RunningProgram.Setting(
            directory.Path, Environment: new Dictionary<string, string?> { ["HAUL_TEST"] = "here", ["HOME"] = null });
        await using var shell = RunningProgram.Start(setting, "sh", "-c", "pwd; echo $HAUL_TEST; echo [$HOME]");
        await shell.WaitForExitAsync();

        Assert.Equal([directory.Path, "here", "[]"], shell.Output.Lines);
    }
}
