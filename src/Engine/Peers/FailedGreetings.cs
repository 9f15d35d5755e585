using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>Logs why connections come to nothing, each reason now and then: else a wrong group file or transport looks like a network without peers. Any thread.</summary>
sealed class FailedGreetings(ILogger log, TimeProvider time)
{
    /// <summary>A reason is not said again before this: other groups of a network meet all day.</summary>
    static readonly TimeSpan _again = TimeSpan.FromHours(1);

    /// <summary>Reasons that are remembered; strangers can have any number of them.</summary>
    const int ReasonsMax = 64;

    readonly Lock _gate = new();
    readonly Dictionary<HResult, long> _said = [];

    /// <summary>A connection was made, and nothing came of it.</summary>
    public void Note(Failure why)
    {
        // Who only goes, or is this agent, is no news.
        if (why.Code == DO_E_LOST_CONNECTION || why.Code == DO_E_CONNECT_TO_SELF)
            return;
        lock (_gate)
        {
            if (_said.TryGetValue(why.Code, out var at) ? time.GetElapsedTime(at) < _again : _said.Count >= ReasonsMax)
                return;
            _said[why.Code] = time.GetTimestamp();
        }
        PeerLog.ComesToNothing(log, why.Text);
    }
}
