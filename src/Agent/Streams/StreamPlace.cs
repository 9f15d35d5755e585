using Haul.Agent.Connections;
using Haul.Agent.Routes;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Streams;

/// <summary>What all streams of an agent share: how many a user may have, when they end, how they say that they are alive.</summary>
/// <param name="limits">What one user may take.</param>
/// <param name="time">For heartbeats.</param>
/// <param name="ended">Fires when the engine has stopped: what is left to say is said, then streams end.</param>
sealed class StreamPlace(AgentLimits limits, TimeProvider time, CancellationToken ended)
{
    public AgentLimits Limits => limits;

    public TimeProvider Time => time;

    public CancellationToken Ended => ended;

    /// <summary>The streams of each user.</summary>
    public CountPerUser Counts { get; } = new();

    /// <summary>Runs a call that lasts, if its user has not too many already.</summary>
    public async Task HoldAsync(HttpContext http, Func<Task> call)
    {
        var caller = http.Caller();
        try
        {
            if (Counts.Add(caller.Uid) > limits.StreamsPerUserMax)
                await http.FailAsync(new Failure(DO_E_NO_MORE_CONNECTIONS, $"{caller.Name} has {limits.StreamsPerUserMax} streams already; close some"));
            else
                await call();
        }
        finally
        {
            Counts.Remove(caller.Uid);
        }
    }
}
