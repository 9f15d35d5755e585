using System.Runtime.Versioning;
using Haul.Protocol.Contract;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>Commands that stand in for callbacks: when a real agent starts them, and what their exit codes do.</summary>
[SupportedOSPlatform("linux")]
public sealed class NotificationCommandTests
{
    const string Tell = "echo told $HAUL_NOTIFICATION $HAUL_JOB_STATE $HAUL_JOB_ID ${HAUL_ERROR-none}";

    [Theory]
    [InlineData(false, "JobTransferred Transferred", "none")]
    [InlineData(true, "JobError Error", "0x80190194")]
    public async Task The_end_of_a_transfer_starts_the_command_once(bool isError, string told, string error)
    {
        await using var rig = await CommandRig.StartAsync();
        var job = await rig.RunJobAsync(rig.Register(Tell), isError);

        Assert.Equal($"told {told} {job} {error}", await rig.WaitForWordAsync("told"));
        await rig.WaitForAsync($"of job {job} ended well");

        // It was acknowledged, and that is on record.
        await rig.RestartAgentAsync();
        await rig.SettleAsync();
        Assert.Equal(1, rig.CountOf(" starts "));
    }

    [Fact]
    public async Task A_command_that_fails_is_started_again_until_it_succeeds()
    {
        await using var rig = await CommandRig.StartAsync();
        var count = rig.PathOf("count");

        var job = await rig.RunJobAsync(rig.Register($"echo x >> {count}; [ $(wc -l < {count}) -ge 3 ]"));
        await rig.WaitForAsync($"of job {job} ended well");

        Assert.Equal(3, File.ReadAllLines(count).Length);
        Assert.Equal(2, rig.CountOf($"of job {job} ended with 1; it is started again while that is due"));
    }

    [Fact]
    public async Task A_command_may_complete_its_job()
    {
        await using var rig = await CommandRig.StartAsync();

        var job = await rig.RunJobAsync(rig.Register("curl --silent --fail --unix-socket $HAUL_SOCKET -X POST http://localhost/v1/jobs/$HAUL_JOB_ID/complete"));
        await rig.WaitForAsync($"of job {job} ended well");

        await using var client = await rig.ConnectAsync();
        Assert.Equal(JobState.Acknowledged, (await client.GetJobAsync(job, TestContext.Current.CancellationToken)).Snapshot.State);
    }

    [Fact]
    public async Task A_command_has_three_descriptors_and_no_other()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = Guid.NewGuid();
        rig.Register(clsid, "/bin/ls", "-l", "/proc/self/fd");

        var job = await rig.RunJobAsync(clsid);
        await rig.WaitForAsync($"of job {job} ended well");

        // The fourth is the directory that ls reads.
        var links = rig.Log.Where(line => line.Contains(" -> ", StringComparison.Ordinal)).Select(line => line[(line.LastIndexOf(" -> ", StringComparison.Ordinal) - 1)..]).ToList();
        Assert.Equal(4, links.Count);
        Assert.Equal("0 -> /dev/null", links[0]);
        Assert.Matches("^1 -> pipe:", links[1]);
        Assert.Equal(links[1][1..], links[2][1..]);
        Assert.Matches("^3 -> /proc/[0-9]+/fd$", links[3]);
    }

    [Fact]
    public async Task A_live_callback_is_told_and_no_command()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = rig.Register(Tell);
        var recorder = new CallbackRecorder();
        await using (var client = await rig.ConnectAsync())
        {
            var job = await client.GetJobAsync(await rig.RunJobAsync(Guid.NewGuid()), TestContext.Current.CancellationToken);
            await job.SetCallbackAsync(recorder, TestContext.Current.CancellationToken);
            await recorder.UntilAsync("JobTransferred");
            await job.ChangeAsync(new() { NotificationClsid = clsid }, TestContext.Current.CancellationToken);
            await rig.SettleAsync();
            Assert.Equal(1, rig.CountOf(" starts "));
        }

        // It went away, and had not taken anything since the class was set.
        await rig.WaitForWordAsync("told");
    }

    [Fact]
    public async Task A_callback_that_comes_while_the_command_runs_is_told_from_then_on()
    {
        await using var rig = await CommandRig.StartAsync();
        var pipe = rig.PathOf("pipe");
        Disk.Native.Pipe(pipe);
        var id = await rig.RunJobAsync(rig.Register($"echo told; cat {pipe}; exit 1"));
        await rig.WaitForWordAsync("told");
        var recorder = new CallbackRecorder();
        await using (var client = await rig.ConnectAsync())
        {
            var job = await client.GetJobAsync(id, TestContext.Current.CancellationToken);
            await job.ChangeAsync(new() { NotifyFlags = NotifyFlags.JobTransferred | NotifyFlags.JobModification }, TestContext.Current.CancellationToken);
            await job.SetCallbackAsync(recorder, TestContext.Current.CancellationToken);
            await recorder.UntilAsync("JobTransferred");
            // The next is told only when the one before was answered.
            await job.ChangeAsync(new() { Description = "changed" }, TestContext.Current.CancellationToken);
            await recorder.UntilAsync("JobModification");
            await File.WriteAllTextAsync(pipe, "go\n", TestContext.Current.CancellationToken);
            await rig.WaitForAsync($"of job {id} ended with 1");
        }

        await rig.RestartAgentAsync();
        await rig.SettleAsync();

        Assert.Equal(1, rig.CountOf(" starts "));
    }

    [Fact]
    public async Task A_killed_agent_takes_its_commands_along_and_the_next_tells_again()
    {
        await using var rig = await CommandRig.StartAsync();
        var job = await rig.RunJobAsync(rig.Register("echo told $$; exec sleep 1000"));
        var first = (await rig.WaitForWordAsync("told")).Split(' ')[1];

        await rig.KillAgentAsync();
        await ProcessEnd.WaitAsync(first);
        await rig.StartAgentAsync();

        await rig.WaitForAsync($"JobTransferred of job {job} starts /bin/sh");
        await rig.WaitForWordAsync("told");
    }

    [Fact]
    public async Task An_agent_that_was_started_to_ignore_the_end_of_its_children_hears_of_it()
    {
        await using var rig = await CommandRig.StartAsync("bash", "-c", "trap '' CHLD; exec \"$0\" \"$@\"");

        var job = await rig.RunJobAsync(rig.Register("exit 0"));

        await rig.WaitForAsync($"of job {job} ended well");
    }

    [Fact]
    public async Task An_agent_that_stops_ends_its_commands_with_all_that_they_started()
    {
        await using var rig = await CommandRig.StartAsync();
        var job = await rig.RunJobAsync(rig.Register("trap '' TERM; (trap '' TERM; exec sleep 1000) & echo told $$ $!; wait; exec sleep 1000"));
        var processes = (await rig.WaitForWordAsync("told")).Split(' ')[1..];

        Assert.Equal(0, await rig.TerminateAgentAsync());
        foreach (var process in processes)
            await ProcessEnd.WaitAsync(process);
        Assert.Contains(rig.Log, line => line.Contains($"of job {job} was ended since the agent stops", StringComparison.Ordinal));

        await rig.StartAgentAsync();
        await rig.WaitForWordAsync("told");
    }

    [Fact]
    public async Task Commands_of_one_user_are_few_at_once_and_the_others_wait()
    {
        await using var rig = await CommandRig.StartAsync();
        var pipe = rig.PathOf("pipe");
        Disk.Native.Pipe(pipe);
        var clsid = rig.Register($"echo told; cat {pipe} >/dev/null");
        for (var i = 0; i < 6; i++)
            await rig.RunJobAsync(clsid);
        await rig.WaitForWordAsync("told", count: 4);
        Assert.Equal(4, rig.CountOf("starts /bin/sh"));

        // Who reads a pipe ends when nobody writes to it any more. Opened both ways it needs no reader: all may have read to the end, and not all be booked yet.
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (rig.CountOf("ended well") < 6)
        {
            File.Open(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
        Assert.Equal(6, rig.CountOf("says: told"));
    }

    [Fact]
    public async Task A_registration_that_cannot_be_used_is_told_and_used_once_it_is_right()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = rig.Register(Tell);
        File.SetUnixFileMode(rig.RegistrationOf(clsid), (UnixFileMode)0b110_110_110);

        await rig.RunJobAsync(clsid);
        await rig.WaitForAsync($"A command for notifications is not used: Others may write {rig.RegistrationOf(clsid)}; chmod ");
        File.SetUnixFileMode(rig.RegistrationOf(clsid), (UnixFileMode)0b110_100_100);

        await rig.WaitForWordAsync("told JobTransferred");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_and_nothing_is_lost()
    {
        await using var rig = await CommandRig.StartAsync();
        var (clsid, program) = (Guid.NewGuid(), rig.PathOf("program"));
        rig.Register(clsid, program);

        var job = await rig.RunJobAsync(clsid);
        await rig.WaitForWordAsync($"haul: {program} cannot be started as user");
        await rig.WaitForAsync($"of job {job} ended with 126; it is started again while that is due");
        File.WriteAllText(program, "#!/bin/sh\necho told\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);

        await rig.WaitForWordAsync("told");
    }
}
