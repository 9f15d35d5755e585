namespace Haul.Engine.Platform;

/// <summary>The user on whose behalf something is done: known from the socket, never from what the client says.</summary>
/// <param name="Uid">Numeric user id; 0 is root. On Windows all callers of a per-user agent are 0.</param>
/// <param name="Gid">Primary group id.</param>
/// <param name="Name">The user's name, or the number where none is known.</param>
/// <param name="IsAdministrator">Sees and touches every user's jobs.</param>
sealed record Caller(uint Uid, uint Gid, string Name, bool IsAdministrator);
