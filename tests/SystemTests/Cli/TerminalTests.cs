using System.Globalization;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Cli;

/// <summary>What a person sees on a terminal.</summary>
public sealed class TerminalTests : IAsyncDisposable
{
    readonly CliRig _rig = new();

    public TerminalTests() => _rig.Variables["TERM"] = "xterm-256color";

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    /// <summary>Runs a command line of haul on a terminal of its own, and gives all that was written to it.</summary>
    async Task<CliResult> OnTerminalAsync(string arguments, int columns = 100)
    {
        _rig.Variables["HAUL"] = HaulProgram.Path;
        var line = string.Create(CultureInfo.InvariantCulture, $"stty cols {columns} rows 24; \"$HAUL\" {arguments}");
        await using var script = RunningProgram.Start(_rig.Setting, "script", "-qefc", line, "/dev/null");
        return await CliRig.EndAsync(script);
    }

    [Fact]
    public async Task A_file_has_a_bar_that_goes_when_it_is_here()
    {
        var content = new TestContent(1, 4_000_000);
        _rig.Origin.Serve("/file", content).Drips(2_000_000);

        var get = await OnTerminalAsync($"get {_rig.Url("/file")} --connections 1");

        Assert.Equal(0, get.Exit);
        Assert.Contains("━", get.Out, StringComparison.Ordinal);
        Assert.Contains("\u001b[38;5;2m", get.Out, StringComparison.Ordinal);
        Assert.Matches(@"\d+ %", get.Out);
        Assert.Contains($"\u001b[?25hfile  4.00 MB", get.Out, StringComparison.Ordinal);
        Assert.Contains(content.Sha256(), get.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_color_means_no_colour()
    {
        _rig.Origin.Serve("/file", new TestContent(1, 4_000_000)).Drips(2_000_000);
        _rig.Variables["NO_COLOR"] = "1";

        var get = await OnTerminalAsync($"get {_rig.Url("/file")} --connections 1");

        Assert.Contains("━", get.Out, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\u001b\[[\d;]*m", get.Out);
    }

    [Fact]
    public async Task A_terminal_that_cannot_draw_gets_lines()
    {
        _rig.Origin.Serve("/file", new TestContent(1, 400_000));
        _rig.Variables["TERM"] = "dumb";

        var get = await OnTerminalAsync($"get {_rig.Url("/file")}");

        Assert.DoesNotContain('\u001b', get.Out);
        Assert.Contains("haul: file: done", get.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public async Task Any_width_will_do(int columns)
    {
        _rig.Origin.Serve("/file", new TestContent(1, 4_000_000)).Drips(2_000_000);

        Assert.Equal(0, (await OnTerminalAsync($"get {_rig.Url("/file")} --connections 1", columns)).Exit);
    }

    [Fact]
    public async Task A_name_that_would_steer_the_terminal_is_shown_harmless()
    {
        _rig.Origin.Serve("/file").Fails(404);

        var get = await OnTerminalAsync($"get {_rig.Url("/file")} -o $'x\\e]0;evil\\ay' --name $'\\e[31m'");

        Assert.DoesNotContain("\u001b]0;", get.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[31m", get.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_asked_for_and_not_shown()
    {
        _rig.Origin.Serve("/file", new TestContent(1, 1000)).RequiresBasic("ann", "s3cret");
        _rig.Variables["HAUL"] = HaulProgram.Path;
        await using var script = RunningProgram.Start(_rig.Setting, "script", "-qefc", $"\"$HAUL\" get {_rig.Url("/file")} --user ann; echo ended $?", "/dev/null");

        // The question has no line end: it is waited for by answering until the program takes it.
        script.Write("s3cret\n");
        var get = await CliRig.EndAsync(script);

        Assert.Contains("Password of ann: ", get.Out, StringComparison.Ordinal);
        Assert.Contains("ended 0", get.Out, StringComparison.Ordinal);
    }
}
