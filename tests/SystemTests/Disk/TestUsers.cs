using Haul.Engine.Platform;

namespace Haul.SystemTests.Disk;

/// <summary>Two real users of this machine, made on first use and left there.</summary>
static class TestUsers
{
    const string GroupName = "haultestgroup";
    static readonly Lazy<(Caller First, Caller Second, uint GroupId)> Made = new(Make);

    /// <summary>Whether users can be made here.</summary>
    public static bool AreAvailable => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public static Caller First => Made.Value.First;
    public static Caller Second => Made.Value.Second;

    /// <summary>A group that only the first user is in, beside the primary one.</summary>
    public static uint GroupId => Made.Value.GroupId;

    static (Caller, Caller, uint) Make()
    {
        AddUser("haultest1");
        AddUser("haultest2");
        // 9: it is there already.
        Assert.True(Native.ExitCodeOf("groupadd", "-r", GroupName) is 0 or 9);
        Native.Run("usermod", "-a", "-G", GroupName, "haultest1");
        var groupId = File.ReadLines("/etc/group").Single(line => line.StartsWith(GroupName + ":", StringComparison.Ordinal)).Split(':')[2];
        return (Users.Of("haultest1")!, Users.Of("haultest2")!, uint.Parse(groupId, System.Globalization.CultureInfo.InvariantCulture));
    }

    static void AddUser(string name)
    {
        if (Users.UidOf(name) is null)
            Native.Run("useradd", "-r", "-M", "-U", "-s", "/usr/sbin/nologin", name);
    }
}
