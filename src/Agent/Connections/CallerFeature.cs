using Haul.Engine.Platform;

namespace Haul.Agent.Connections;

/// <summary>Who is at the other end of a connection, for every request that comes over it.</summary>
sealed record CallerFeature(Caller Caller);
