using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Haul.SystemTests.Disk;

/// <summary>The switch of a thread to its caller and back.</summary>
[SupportedOSPlatform("linux")]
public sealed class ActingAsTests : IDisposable
{
    const int CapabilitySetGid = 6;
    const int CapabilitySetUid = 7;
    readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RootFact]
    public void A_thread_is_the_caller_inside_and_the_agent_again_after()
    {
        var groups = new SupplementaryGroups(TimeProvider.System);
        var before = ThreadIdentity.Groups();
        using (var acting = ActingAs.Begin(groups, TestUsers.First))
        {
            Assert.True(acting.IsCaller);
            Assert.Equal(TestUsers.First.Uid, ThreadIdentity.Uid);
            Assert.Equal(TestUsers.First.Gid, ThreadIdentity.Gid);
            Assert.Equal(new HashSet<uint> { TestUsers.First.Gid, TestUsers.GroupId }, ThreadIdentity.Groups().ToHashSet());
        }

        Assert.Equal((0u, 0u), (ThreadIdentity.Uid, ThreadIdentity.Gid));
        Assert.Equal(before, ThreadIdentity.Groups());
    }

    [RootFact]
    public void Other_threads_stay_the_agent()
    {
        using var inside = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        Native.OnOwnThreads([
            () =>
            {
                using var acting = ActingAs.Begin(new SupplementaryGroups(TimeProvider.System), TestUsers.First);
                inside.Set();
                asked.Wait();
                Assert.Equal(TestUsers.First.Uid, ThreadIdentity.Uid);
            },
            () =>
            {
                inside.Wait();
                var uid = ThreadIdentity.Uid;
                asked.Set();
                Assert.Equal(0u, uid);
            },
        ]);
    }

    [RootFact]
    public void Eight_threads_for_different_callers_at_once_never_mix()
    {
        const int FilesPerThread = 200;
        var disk = LocalDisk.OfThisMachine(TimeProvider.System);
        Caller[] callers = [TestUsers.First, TestUsers.Second, PeerCredentials.Current()];
        var directories = callers.Select(caller => _directory.OwnedBy(caller.Uid, caller.Gid, $"of-{caller.Name}")).ToList();

        Native.OnOwnThreads([.. Enumerable.Range(0, 8).Select(thread => (Action)(() =>
        {
            for (var at = 0; at < FilesPerThread; at++)
            {
                var who = (thread + at) % callers.Length;
                var path = Path.Combine(directories[who], $"{thread}-{at}");
                Assert.Null(disk.CheckTarget(callers[who], path, overwrite: false));
                Assert.Null(disk.Create(callers[who], path, out var file));
                file!.Dispose();
                Assert.Null(disk.Place(callers[who], path, path + ".done", overwrite: false));
                Assert.Equal((0u, 0u), (ThreadIdentity.Uid, ThreadIdentity.Gid));
            }

            Assert.Equal(AgentIdentity.Groups, ThreadIdentity.Groups());
        }))]);

        for (var who = 0; who < callers.Length; who++)
        {
            foreach (var path in Directory.EnumerateFiles(directories[who]))
            {
                Assert.Equal(Errno.None, Posix.Stat(path, out var stat));
                Assert.Equal(callers[who].Uid, stat.Uid);
            }
        }

        Assert.Equal(8 * FilesPerThread, directories.Sum(directory => Directory.EnumerateFiles(directory, "*.done").Count()));
    }

    [RootFact]
    public void A_switch_that_does_not_take_is_refused_and_undone()
    {
        var open = _directory.OwnedBy(0, 0, "open", 0b111_111_111);
        var disk = LocalDisk.OfThisMachine(TimeProvider.System);
        foreach (var capability in new[] { CapabilitySetUid, CapabilitySetGid })
        {
            Native.OnOwnThread(() =>
            {
                Native.DropCapability(capability);
                Assert.Equal(HResults.E_ACCESSDENIED, disk.Create(TestUsers.First, Path.Combine(open, "a"), out _)?.Code);
                Assert.Equal(HResults.E_ACCESSDENIED, disk.CheckTarget(TestUsers.First, Path.Combine(open, "a"), overwrite: false)?.Code);
                Assert.Equal((0u, 0u), (ThreadIdentity.Uid, ThreadIdentity.Gid));
                Assert.Equal(AgentIdentity.Groups, ThreadIdentity.Groups());
            });
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(open));
    }

    [Fact]
    public void An_agent_that_is_not_root_serves_only_its_own_user()
    {
        var me = PeerCredentials.Current();
        var stranger = new Caller(me.Uid + 4711, me.Gid, "stranger", IsAdministrator: false);
        using (var acting = ActingAs.Begin(groups: null, stranger))
            Assert.False(acting.IsCaller);
        using (var acting = ActingAs.Begin(groups: null, me))
            Assert.True(acting.IsCaller);
    }

    [RootFact]
    public void Groups_are_asked_again_after_a_while()
    {
        var time = new FakeTimeProvider();
        var groups = new SupplementaryGroups(time);
        var first = groups.Of(TestUsers.First);
        Assert.Contains(TestUsers.GroupId, first);
        Assert.Same(first, groups.Of(TestUsers.First));
        time.Advance(SupplementaryGroups.RememberedFor);
        Assert.NotSame(first, groups.Of(TestUsers.First));
    }

    [Fact]
    public void A_user_without_a_name_is_in_the_primary_group_only()
    {
        var groups = new SupplementaryGroups(TimeProvider.System);
        Assert.Equal([54321u], groups.Of(new Caller(4_000_000_000, 54321, "nobody known", IsAdministrator: false)));
    }
}
