using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Cli;

/// <summary>What the program says of itself, and to shells.</summary>
public sealed class HelpTests : IAsyncDisposable
{
    readonly CliRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    public static TheoryData<string> Commands =>
        ["get", "add", "jobs", "show", "watch", "suspend", "resume", "cancel", "complete", "status", "agent", "tracker", "completion"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_a_page(string command)
    {
        var help = await _rig.RunAsync(command, "--help");

        Assert.Equal(0, help.Exit);
        Assert.StartsWith($"NAME\n    haul {command} - ", help.Out, StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Fact]
    public async Task The_first_page_names_every_command()
    {
        var help = await _rig.RunAsync("--help");

        Assert.All(Commands, command => Assert.Contains($"\n    {command.Data}\n", help.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_one_line() => Assert.Matches(@"^\d+\.\d+\.\d+", (await _rig.RunAsync("--version")).Out);

    [Fact]
    public async Task A_mistyped_command_is_told_apart_and_helped()
    {
        var run = await _rig.RunAsync("gte");

        Assert.Equal(2, run.Exit);
        Assert.Contains("'gte'", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("Try haul --help.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_agent_its_commands_say_how_to_get_one()
    {
        foreach (var command in new[] { "jobs", "status", "watch" })
        {
            var run = await _rig.RunAsync(command);
            Assert.Equal(4, run.Exit);
            Assert.Contains("haul agent", run.Error, StringComparison.Ordinal);
            Assert.EndsWith("[DO_E_NO_SERVICE 0x80D01001]", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bash_completes_commands_and_options()
    {
        const string Complete = """
            haul() { "$HAUL" "$@"; }
            source <(haul completion bash)
            complete -p haul
            COMP_LINE='haul su' COMP_POINT=7 COMP_WORDS=(haul su) COMP_CWORD=1; _haul; echo "${COMPREPLY[@]}"
            COMP_LINE='haul get --limit' COMP_POINT=16 COMP_WORDS=(haul get --limit) COMP_CWORD=2; _haul; echo "${COMPREPLY[@]}"
            """;

        var shell = await _rig.ShellAsync(Complete);

        Assert.Equal(["complete -o default -F _haul haul", "suspend", "--limit-rate"], shell.Out.Split('\n'));
        Assert.Empty(shell.Error);
    }

    [Theory]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -c haul")]
    public async Task Other_shells_have_their_scripts(string shell, string word) =>
        Assert.Contains(word, (await _rig.RunAsync("completion", shell)).Out, StringComparison.Ordinal);

    [Fact]
    public async Task The_launcher_runs_the_program_that_it_is_told_to()
    {
        _rig.Variables["HAUL_BIN"] = "/bin/echo";
        var launcher = Path.Combine(Checkout.Root, "haul");

        Assert.Equal("get one 'two' three", (await _rig.ShellAsync($"ln -s {launcher} here; ./here get one \"'two' three\"")).Out);
    }
}
