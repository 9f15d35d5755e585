using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;

namespace Haul.Tracker.Groups;

/// <summary>The list of groups as it is now: read again when the file has changed, or when somebody says so.</summary>
/// <remarks>A list that cannot be used changes nothing: the one before stays, and the log says why.</remarks>
sealed class GroupWatch(string path, GroupTable first, ILogger log)
{
    GroupTable _groups = first;
    DateTime _writtenAt = FileTimes.WrittenAt(path);

    public GroupTable Groups => Volatile.Read(ref _groups);

    public static Outcome<GroupWatch> Open(string path, ILogger log)
    {
        var groups = GroupFile.Read(path);
        return groups.Succeeded ? new GroupWatch(path, groups.Value, log) : groups.Failure;
    }

    /// <summary>Reads the file where it is not the one that was read.</summary>
    public void Look()
    {
        if (FileTimes.WrittenAt(path) != _writtenAt)
            Reload();
    }

    public void Reload()
    {
        _writtenAt = FileTimes.WrittenAt(path);
        var groups = GroupFile.Read(path);
        if (!groups.Succeeded)
        {
            TrackerLog.GroupsKept(log, groups.Failure.ToString(), Groups.Count);
            return;
        }
        Volatile.Write(ref _groups, groups.Value);
        TrackerLog.GroupsRead(log, path, groups.Value.Count);
    }
}
