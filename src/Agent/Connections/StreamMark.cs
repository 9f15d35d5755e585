namespace Haul.Agent.Connections;

/// <summary>Marks a call that lasts until its reader goes: a stop does not wait for it, and it ends after all others.</summary>
sealed class StreamMark
{
    public static readonly StreamMark Set = new();
}
