using Haul.Protocol.Contract;
using Haul.Tracker.Addresses;
using Microsoft.Extensions.Logging;

namespace Haul.Tracker.Groups;

/// <summary>Logs whom the tracker does not serve, now and then: most of them are agents whose administrator has yet to list their group. Any thread.</summary>
sealed class Refusals(ILogger lines, TimeProvider time)
{
    readonly Lock _gate = new();
    long? _saidAt;
    long _count;

    /// <summary>An announce was refused.</summary>
    /// <param name="remote">Where it came from.</param>
    /// <param name="header">Its Authorization header, of which no more than the group's id is told.</param>
    /// <param name="failure">Why.</param>
    public void Note(HostAddress remote, ReadOnlySpan<char> header, Failure failure)
    {
        long count;
        lock (_gate)
        {
            _count++;
            if (_saidAt is { } said && time.GetElapsedTime(said) < TrackerLimits.RefusalInterval)
                return;
            (_saidAt, count, _count) = (time.GetTimestamp(), _count, 0);
        }
        TrackerLog.AgentRefused(lines, remote.ToString(), Admission.GroupOf(header) is { } group ? $"group {group}" : "no group", failure.Text, count, TrackerLimits.RefusalInterval);
    }
}
