using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>The agent of this process: found when a manager is made, and started where there is none.</summary>
/// <remarks>
/// Only making a manager starts an agent, as making an object starts a server elsewhere. The objects there are go on asking at the same
/// place: DO_E_NO_SERVICE while nobody answers there, and as before when somebody does again.
/// </remarks>
static class Agents
{
    /// <summary>How long an agent that was started may take to answer.</summary>
    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(15);

    static readonly TimeSpan StartDelay = TimeSpan.FromMilliseconds(10);

    static readonly Lock _gate = new();
    static readonly Dictionary<string, AgentCalls> _known = [];

    /// <summary>An agent that answers.</summary>
    public static Outcome<AgentCalls> Find()
    {
        if (ForkMark.IsForked)
            return new Failure(DO_E_NO_SERVICE, "This process was forked from one that uses the library; start the program anew instead");
        lock (_gate)
        {
            var found = Try_NeedsLock();
            if (found.Code != DO_E_NO_SERVICE || !AgentLauncher.Start())
                return found;
            var from = TimeProvider.System.GetTimestamp();
            while (found.Code == DO_E_NO_SERVICE && TimeProvider.System.GetElapsedTime(from) < StartMax)
            {
                Task.Delay(StartDelay, TimeProvider.System).GetAwaiter().GetResult();
                found = Try_NeedsLock();
            }
            return found;
        }
    }

    static Outcome<AgentCalls> Try_NeedsLock()
    {
        var places = AgentPaths.SocketsToTry();
        Failure? failure = null;
        foreach (var place in places)
        {
            var agent = _known.GetValueOrDefault(place) ?? new AgentCalls(place, isNamed: places.Count == 1);
            var status = agent.Status();
            if (status.Succeeded)
                return _known[place] = agent;
            // That somebody is there and refuses is worth more than that nobody is there.
            if (failure is null || failure.Code == DO_E_NO_SERVICE)
                failure = status.Failure;
        }
        return failure!;
    }
}
