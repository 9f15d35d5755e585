using System.Runtime.Versioning;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Agent;

/// <summary>Commands of two real users under the agent of all: each is its job's owner's, with nothing of the agent about it.</summary>
[SupportedOSPlatform("linux")]
public sealed class CommandUsersTests
{
    const string Look = """
        echo who $(id -u) $(id -g) $(id -G | tr ' ' '\n' | sort -n | tr '\n' ' ')
        echo place $(pwd) $(ps -o pid=,pgid=,sid=,tty= -p $$)
        grep -E '^(Cap(Inh|Prm|Eff|Amb)|Sig(Blk|Ign)):' /proc/$$/status | sed 's/^/status /'
        env | sed 's/^/env /'
        echo end
        """;

    [RootFact]
    public async Task It_runs_as_the_job_s_owner_with_nothing_of_the_agent()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = rig.Register(Look);
        var user = TestUsers.First;

        var job = await rig.RunJobAsync(clsid, user: user.Name);
        await rig.WaitForWordAsync("end");

        var said = rig.Log.Where(line => line.Contains("says: ", StringComparison.Ordinal)).Select(line => line.Split("says: ")[1]).ToList();
        uint[] groups = [user.Gid, TestUsers.GroupId];
        Assert.Equal($"who {user.Uid} {user.Gid} {string.Join(' ', groups.Order())}", said[0]);
        var place = said[1].Split(' ');
        Assert.Equal(["place", "/", place[2], place[2], place[2], "?"], place);
        Assert.All(said.Where(line => line.StartsWith("status ", StringComparison.Ordinal)), line => Assert.Equal("0000000000000000", line.Split(' ')[2]));
        Assert.Equal(6, said.Count(line => line.StartsWith("status ", StringComparison.Ordinal)));
        string[] variables =
        [
            $"HAUL_JOB_ID={job}", "HAUL_JOB_STATE=Transferred", "HAUL_NOTIFICATION=JobTransferred", $"HAUL_NOTIFICATION_CLSID={clsid}", $"HAUL_SOCKET={rig.Socket}",
            $"HOME={Haul.Engine.Platform.Users.HomeOf(user.Uid)}", "LANG=C.UTF-8", $"LOGNAME={user.Name}", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", $"USER={user.Name}",
        ];
        // The shell adds its own two.
        Assert.Equal(variables, said.Where(line => line.StartsWith("env ", StringComparison.Ordinal)).Select(line => line[4..])
            .Where(line => !line.StartsWith("PWD=", StringComparison.Ordinal) && !line.StartsWith("_=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [RootFact]
    public async Task Each_user_s_job_has_a_command_of_that_user()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = rig.Register("echo who $(id -un)");
        foreach (var name in new[] { TestUsers.First.Name, TestUsers.Second.Name, "root" })
        {
            await rig.RunJobAsync(clsid, user: name);
            await rig.WaitForWordAsync($"who {name}");
        }
    }

    [RootFact]
    public async Task A_job_that_root_took_over_has_a_command_of_root()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = Guid.NewGuid();
        var job = await rig.RunJobAsync(clsid, user: TestUsers.First.Name);
        Assert.Equal(200, (await ApiAnswer.AskAsync(rig.Socket, HttpMethod.Post, $"/v1/jobs/{job}/take-ownership", null)).Status);

        rig.Register(clsid, "/bin/sh", "-c", "echo who $(id -u)");

        Assert.Equal("who 0", await rig.WaitForWordAsync("who"));
    }

    [RootFact]
    public async Task A_registration_that_another_user_owns_is_not_used()
    {
        await using var rig = await CommandRig.StartAsync();
        var clsid = rig.Register("echo told");
        var path = rig.RegistrationOf(clsid);
        Native.Own(path, TestUsers.First.Uid, TestUsers.First.Gid);
        await rig.RunJobAsync(clsid, user: TestUsers.First.Name);
        await rig.WaitForAsync($"{path} belongs to user {TestUsers.First.Uid}, who could write anything into it; chown it to root");

        Native.Own(path, 0, 0);
        Native.Own(rig.Folder, TestUsers.First.Uid, TestUsers.First.Gid);
        await rig.WaitForAsync($"{rig.Folder} belongs to user {TestUsers.First.Uid}");
        Assert.Equal(0, rig.CountOf("starts"));

        Native.Own(rig.Folder, 0, 0);
        await rig.WaitForWordAsync("told");
    }

    [RootFact]
    public async Task A_killed_agent_takes_a_user_s_command_along()
    {
        await using var rig = await CommandRig.StartAsync();
        await rig.RunJobAsync(rig.Register("trap '' TERM HUP; echo told $$; while :; do sleep 1; done"), user: TestUsers.First.Name);
        var told = (await rig.WaitForWordAsync("told")).Split(' ')[1];

        await rig.KillAgentAsync();

        await ProcessEnd.WaitAsync(told);
    }

    [RootFact]
    public async Task With_the_rights_that_the_unit_leaves_a_user_s_command_is_started_and_ended()
    {
        var unit = Path.Combine(HaulProgram.Root, "packaging", "systemd", "haul.service");
        var rights = File.ReadLines(unit).Single(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal))
            .Split('=')[1].Split(' ').Select(name => "+" + name["CAP_".Length..].ToLowerInvariant());
        var bounds = string.Join(',', ["-all", .. rights]);
        await using var rig = await CommandRig.StartAsync("setpriv", "--no-new-privs", $"--bounding-set={bounds}", $"--inh-caps={bounds}");
        await rig.RunJobAsync(rig.Register("trap '' TERM; echo told $$ $(sed -n 's/^CapInh:[^0-9a-f]*//p' /proc/$$/status); sleep 1000"), user: TestUsers.First.Name);
        var told = (await rig.WaitForWordAsync("told")).Split(' ');

        Assert.Equal("0000000000000000", told[2]);
        Assert.Equal(0, await rig.TerminateAgentAsync());
        await ProcessEnd.WaitAsync(told[1]);
    }
}
