using Haul.Agent.Connections;

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
}
