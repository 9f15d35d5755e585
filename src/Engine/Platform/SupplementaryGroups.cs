using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>The groups each user is in, as the system's user database says, remembered for a short time.</summary>
/// <remarks>The database may be far away (LDAP), and every operation on a path asks. Used by any thread.</remarks>
[SupportedOSPlatform("linux")]
sealed unsafe partial class SupplementaryGroups(TimeProvider time)
{
    /// <summary>How long a membership that was withdrawn may still be used.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(30);

    /// <summary>Users remembered at once; beyond that all are forgotten, which costs no more than asking again.</summary>
    const int UsersMax = 1024;

    /// <summary>NGROUPS_MAX of linux/limits.h.</summary>
    const int GroupsMax = 65536;

    readonly ConcurrentDictionary<(uint Uid, uint Gid), (uint[] Groups, long Asked)> _known = new();

    /// <summary>The groups of a user, the primary one among them. A user without a name is in that one only.</summary>
    public uint[] Of(Caller caller)
    {
        var key = (caller.Uid, caller.Gid);
        if (_known.TryGetValue(key, out var known) && time.GetElapsedTime(known.Asked) < RememberedFor)
            return known.Groups;

        if (_known.Count >= UsersMax)
            _known.Clear();

        // By the number: the name in the caller is only for people to read.
        var groups = Users.NameOf(caller.Uid) is { } name ? Ask(name, caller.Gid) : [caller.Gid];
        _known[key] = (groups, time.GetTimestamp());
        return groups;
    }

    static uint[] Ask(string name, uint gid)
    {
        for (var room = 64; room <= GroupsMax; room *= 4)
        {
            var groups = new uint[room];
            var count = room;
            fixed (uint* first = groups)
            {
                if (GetGroupList(name, gid, first, ref count) >= 0)
                    return groups[..count];
            }
        }

        return [gid];
    }

    [LibraryImport("libc", EntryPoint = "getgrouplist", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetGroupList(string user, uint gid, uint* groups, ref int count);
}
