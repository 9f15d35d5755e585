namespace Haul.Engine.Peers;

/// <summary>The numbers of the hub.</summary>
static class PeerHubLimits
{
    /// <summary>How often connections are looked at.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(5);

    /// <summary>Until a call is answered at all: a machine that is off does not answer.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Connections that have not proved anything yet.</summary>
    public const int GreetingsMax = 64;

    /// <summary>A silent peer is asked for a sign of life.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);

    /// <summary>A peer that is silent for so long is gone: its machine went without a word.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(50);
}
