using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Haul.Agent.Commands;
using Haul.Engine.Platform;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>One command from start to end: how it ends, what of it is left, and what it writes.</summary>
[SupportedOSPlatform("linux")]
public sealed class CommandRunTests
{
    static readonly CommandLimits _short = new() { TimeLimit = TimeSpan.FromMilliseconds(300), Grace = TimeSpan.FromMilliseconds(300) };

    readonly List<string> _said = [];

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 3", 3, null)]
    [InlineData("kill -9 $$", null, 9)]
    public async Task It_ends_with_a_code_or_by_a_signal(string script, int? code, int? signal)
    {
        var end = await RunAsync(script);

        Assert.Equal((new ChildEnd(code, signal), false, code == 0), (end.Child, end.IsEnded, end.IsGood));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_not_started()
    {
        var run = new CommandRun(["/nowhere/program"], [], new CommandLimits(), Output(new CommandLimits()));

        var end = await run.RunAsync();

        Assert.Equal((Errno.ENOENT, false), (end.StartError, end.IsGood));
    }

    [Fact]
    public async Task It_has_the_variables_it_was_given_and_reads_nothing()
    {
        await RunAsync("cat; /usr/bin/env");

        Assert.Equal(["NAME=a value", "PATH=/usr/bin:/bin"], _said.Where(line => !line.StartsWith("PWD=", StringComparison.Ordinal) && !line.StartsWith("_=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_written_last_and_without_an_end_of_line_is_heard()
    {
        await RunAsync("echo one; echo two >&2; printf three");

        Assert.Equal(["one", "two", "three"], _said);
    }

    [Fact]
    public async Task One_that_writes_without_end_is_ended_in_time_and_fills_no_log()
    {
        var end = await RunAsync("yes", _short);

        Assert.True(end.IsEnded);
        Assert.Equal(_short.OutputLinesMax + 1, _said.Count);
    }

    [Fact]
    public async Task One_that_takes_too_long_is_asked_to_end_and_did_not_do_its_work_whatever_it_says()
    {
        var end = await RunAsync("trap 'echo asked; exit 0' TERM; while :; do sleep 0.01; done", _short with { Grace = RunningProgram.Patience });

        Assert.Equal((0, true, false), (end.Child.ExitCode, end.IsEnded, end.IsGood));
        Assert.Contains("asked", _said);
    }

    [Fact]
    public async Task One_that_does_not_want_to_end_is_killed_with_all_that_it_started()
    {
        var end = await RunAsync("trap '' TERM; (trap '' TERM; echo $(exec sh -c 'echo $PPID'); exec sleep 1000) & echo $$; wait; exec sleep 1000", _short);

        Assert.Equal((9, true), (end.Child.Signal, end.IsEnded));
        Assert.Equal(2, _said.Count);
        foreach (var process in _said)
            await ProcessEnd.WaitAsync(process);
    }

    [Fact]
    public async Task What_it_leaves_running_is_killed()
    {
        var end = await RunAsync("sleep 1000 & echo $!");

        Assert.True(end.IsGood);
        await ProcessEnd.WaitAsync(_said.Single());
    }

    [Fact]
    public async Task One_that_leaves_its_group_is_not_waited_for_though_it_holds_the_output()
    {
        var end = await RunAsync("setsid sleep 1000 & echo $!; until [ \"$(ps -o sid= -p $! | tr -d ' ')\" = $! ]; do :; done");

        Assert.True(end.IsGood);
        using var left = Process.GetProcessById(int.Parse(_said.Single(), CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task One_that_closes_its_output_is_waited_for()
    {
        using var directory = new TempDirectory();
        var end = await RunAsync($"exec >/dev/null 2>&1; sleep 0.2; touch {directory.File("done")}; exit 4");

        Assert.Equal(4, end.Child.ExitCode);
        Assert.True(File.Exists(directory.File("done")));
    }

    [Fact]
    public async Task One_that_is_stopped_before_its_start_is_not_started()
    {
        var run = RunOf("echo started", new CommandLimits());
        run.Stop(isKill: false);

        var end = await run.RunAsync();

        Assert.Equal((Errno.EINTR, false), (end.StartError, end.IsGood));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_hundred_leave_no_process_and_no_descriptor()
    {
        await RunAsync("exit 0");
        var before = Descriptors;
        for (var i = 0; i < 100; i++)
            Assert.True((await RunAsync("exit 0")).IsGood);

        // Other tests of this process open and close some at the same time.
        Assert.InRange(Descriptors, 0, before + 90);
        await using var children = await RunningProgram.RunAsync("ps", "-o", "stat=,args=", "--ppid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Assert.DoesNotContain(children.Output.Lines, line => line.StartsWith('Z') && line.Contains("sh", StringComparison.Ordinal));
    }

    static int Descriptors => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    Task<CommandEnd> RunAsync(string script, CommandLimits? limits = null) => RunOf(script, limits ?? new CommandLimits()).RunAsync();

    CommandRun RunOf(string script, CommandLimits limits) => new(["/bin/sh", "-c", script], ["NAME=a value", "PATH=/usr/bin:/bin"], limits, Output(limits));

    CommandOutput Output(CommandLimits limits) => new(limits, _said.Add);
}
