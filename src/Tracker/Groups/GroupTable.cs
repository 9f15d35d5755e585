using System.Collections.Frozen;

namespace Haul.Tracker.Groups;

/// <summary>A group that the tracker serves.</summary>
/// <param name="Id">Which.</param>
/// <param name="TokenHash">The SHA-256 of the token that its agents show.</param>
/// <param name="Name">What the administrator calls it, for logs; may be empty.</param>
sealed record TrackedGroup(UInt128 Id, byte[] TokenHash, string Name);

/// <summary>The groups of a tracker as its file had them when it was read last.</summary>
sealed class GroupTable(IEnumerable<TrackedGroup> groups)
{
    readonly FrozenDictionary<UInt128, TrackedGroup> _groups = groups.ToFrozenDictionary(group => group.Id);

    public int Count => _groups.Count;

    public TrackedGroup? Find(UInt128 id) => _groups.GetValueOrDefault(id);
}
