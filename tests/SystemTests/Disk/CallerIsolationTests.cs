using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Disk;

/// <summary>What one user's job can do to another user's files through an agent that runs as root: nothing.</summary>
[SupportedOSPlatform("linux")]
public sealed class CallerIsolationTests : IDisposable
{
    readonly TestDirectory _directory = new();
    readonly IDisk _disk = LocalDisk.OfThisMachine(TimeProvider.System);

    static Caller Me => TestUsers.First;
    static Caller Other => TestUsers.Second;

    public void Dispose() => _directory.Dispose();

    [RootFact]
    public void Another_users_directory_is_closed()
    {
        var theirs = DirectoryOf(Other, "theirs");
        var mine = DirectoryOf(Me, "mine");
        var victim = Make(Other, Path.Combine(theirs, "victim"));
        Make(Me, Path.Combine(mine, "file"));

        Denied(_disk.CheckTarget(Me, Path.Combine(theirs, "new"), overwrite: false));
        Denied(_disk.Create(Me, Path.Combine(theirs, "new"), out _));
        Denied(_disk.Open(Me, Path.Combine(theirs, "victim"), victim, out _));
        Denied(_disk.Delete(Me, Path.Combine(theirs, "victim"), victim));
        Denied(_disk.Place(Me, Path.Combine(mine, "file"), Path.Combine(theirs, "victim"), overwrite: true));
        Denied(_disk.Place(Me, Path.Combine(theirs, "victim"), Path.Combine(mine, "stolen"), overwrite: false));
        Assert.Equal(["victim"], Names(theirs));
        Assert.Equal(["file"], Names(mine));
    }

    [RootFact]
    public void A_refusal_says_who_may_not_do_what_where()
    {
        var theirs = DirectoryOf(Other, "theirs", 0b111_101_101);
        var failure = _disk.Create(Me, Path.Combine(theirs, "new"), out _);
        Assert.Equal(
            $"EACCES creating {theirs}/new: directory {theirs} is not writable by uid {Me.Uid} (haultest1); "
            + "grant write access or choose another directory",
            failure?.Text);
        Denied(_disk.CheckTarget(Me, Path.Combine(theirs, "new"), overwrite: false));
    }

    [RootFact]
    public void A_directory_swapped_for_a_link_leads_nowhere()
    {
        var mine = DirectoryOf(Me, "mine");
        var work = DirectoryOf(Me, "mine/work");
        var theirs = DirectoryOf(Other, "theirs", 0b111_101_101);
        var temporary = Path.Combine(work, "part");
        var identity = Make(Me, temporary);
        var victim = Make(Other, Path.Combine(theirs, "part"));

        foreach (var goal in new[] { "/etc", theirs })
        {
            Directory.Move(work, Path.Combine(mine, "aside"));
            Directory.CreateSymbolicLink(work, goal);
            Assert.NotNull(_disk.Place(Me, temporary, Path.Combine(work, "haul-planted"), overwrite: true));
            Denied(_disk.Create(Me, Path.Combine(work, "haul-planted"), out _));
            Denied(_disk.CheckTarget(Me, Path.Combine(work, "haul-planted"), overwrite: true));
            Assert.NotNull(_disk.Open(Me, temporary, identity, out _));
            Assert.False(File.Exists(Path.Combine(goal, "haul-planted")));
            _ = _disk.Delete(Me, temporary, victim);
            Assert.True(File.Exists(Path.Combine(theirs, "part")));
            File.Delete(work);
            Directory.Move(Path.Combine(mine, "aside"), work);
        }

        Assert.Null(_disk.Place(Me, temporary, Path.Combine(work, "done"), overwrite: false));
    }

    [RootFact]
    public void A_temporary_file_swapped_for_a_symbolic_link_is_refused()
    {
        var mine = DirectoryOf(Me, "mine");
        var theirs = DirectoryOf(Other, "theirs", 0b111_101_101);
        var temporary = Path.Combine(mine, "part");
        var identity = Make(Me, temporary);
        Make(Other, Path.Combine(theirs, "victim"));
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, Path.Combine(theirs, "victim"));

        Denied(_disk.Open(Me, temporary, identity, out _));
        Denied(_disk.Place(Me, temporary, Path.Combine(mine, "done"), overwrite: false));
        Assert.Equal(HResults.ERROR_FILE_INVALID, _disk.Delete(Me, temporary, identity)?.Code);
        Assert.True(File.Exists(Path.Combine(theirs, "victim")));
    }

    [RootFact]
    public void A_temporary_file_swapped_for_a_hard_link_is_refused()
    {
        var mine = DirectoryOf(Me, "mine");
        var theirs = DirectoryOf(Other, "theirs");
        var temporary = Path.Combine(mine, "part");
        var victim = Path.Combine(theirs, "victim");
        var identity = Make(Me, temporary);
        Make(Other, victim);
        // Kept under a second name: the victim must not get the number of a file that is gone.
        Native.HardLink(temporary, Path.Combine(mine, "kept"));
        File.Delete(temporary);
        Native.HardLink(victim, temporary);

        Denied(_disk.Open(Me, temporary, identity, out _));
        Native.Mode(victim, 0b110_110_110);
        Assert.Equal(HResults.ERROR_FILE_INVALID, _disk.Open(Me, temporary, identity, out _)?.Code);
        Assert.Equal(HResults.ERROR_FILE_INVALID, _disk.Delete(Me, temporary, identity)?.Code);
    }

    [RootFact]
    public void In_a_sticky_directory_only_the_owner_replaces_and_deletes()
    {
        var shared = _directory.OwnedBy(0, 0, "shared", 0b001_111_111_111);
        var theirs = Path.Combine(shared, "theirs");
        var victim = Make(Other, theirs);
        Make(Me, Path.Combine(shared, "mine"));

        Denied(_disk.CheckTarget(Me, theirs, overwrite: true));
        Denied(_disk.Place(Me, Path.Combine(shared, "mine"), theirs, overwrite: true));
        Denied(_disk.Delete(Me, theirs, victim));
        Assert.Null(_disk.CheckTarget(Other, theirs, overwrite: true));
        Assert.Null(_disk.Delete(Other, theirs, victim));
    }

    [RootFact]
    public void A_directory_that_refuses_even_root_refuses_in_words()
    {
        var directory = _directory.OwnedBy(0, 0, "frozen");
        Native.Run("chattr", "+i", directory);
        try
        {
            var root = PeerCredentials.Current();
            Denied(_disk.CheckTarget(root, Path.Combine(directory, "a"), overwrite: false));
            Denied(_disk.Create(root, Path.Combine(directory, "a"), out _));
        }
        finally
        {
            Native.Run("chattr", "-i", directory);
        }
    }

    [RootFact]
    public void The_callers_right_counts_where_root_has_none()
    {
        var mine = DirectoryOf(Me, "mine");
        // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: without them root is to this directory what it is to a squashing file server.
        Native.OnOwnThread(() =>
        {
            Native.DropCapability(1);
            Native.DropCapability(2);
            Denied(_disk.Create(PeerCredentials.Current(), Path.Combine(mine, "a"), out _));
            Make(Me, Path.Combine(mine, "a"));
        });
        Assert.Equal(["a"], Names(mine));
    }

    [RootFact]
    public void Groups_of_the_caller_count_and_the_agents_do_not()
    {
        var groups = _directory.OwnedBy(0, TestUsers.GroupId, "group", 0b111_111_000);
        Make(Me, Path.Combine(groups, "a"));
        Denied(_disk.Create(Other, Path.Combine(groups, "b"), out _));

        var roots = _directory.OwnedBy(0, 0, "root", 0b111_111_000);
        Denied(_disk.Create(Me, Path.Combine(roots, "c"), out _));
    }

    static string[] Names(string path) => [.. new DirectoryInfo(path).EnumerateFileSystemInfos().Select(entry => entry.Name).Order()];

    string DirectoryOf(Caller owner, string name, int mode = 0b111_000_000) => _directory.OwnedBy(owner.Uid, owner.Gid, name, mode);

    FileIdentity Make(Caller owner, string path)
    {
        Assert.Null(_disk.Create(owner, path, out var file));
        using (file)
            return file!.Identity;
    }

    static void Denied(Failure? failure) => Assert.Equal(HResults.E_ACCESSDENIED, failure?.Code);
}
