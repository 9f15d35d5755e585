namespace Haul.Engine.Peers;

/// <summary>The numbers of the hub.</summary>
static class PeerHubLimits
{
    /// <summary>How often connections are looked at.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(5);

    /// <summary>Until a call is answered at all: a machine that is off does not answer.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Calls at a time: whoever names a thousand addresses at which nobody is does not make this agent call them all at once.</summary>
    public const int CallsMax = 32;

    /// <summary>Calls that may have begun within the last quarter of a second.</summary>
    public const int CallsAtOnceMax = 6;

    /// <summary>Whom to call is thought over at most this often: with 20 agents that start together, at each sighting it took a tenth of the processors.</summary>
    public static readonly TimeSpan CallsApart = TimeSpan.FromMilliseconds(10);

    /// <summary>Connections that have not proved anything yet.</summary>
    public const int GreetingsMax = 64;

    /// <summary>Of those, from one address: as many agents as start together on one machine, or behind one router.</summary>
    public const int GreetingsPerAddressMax = 16;

    /// <summary>A silent peer is asked for a sign of life.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);

    /// <summary>A peer that is silent for so long is gone: its machine went without a word.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(50);

    /// <summary>A frame that was begun ends within this: at 256 KiB, 9 KB/s, and at the 64 KiB that slow ways have, 2 KB/s.</summary>
    public static readonly TimeSpan FrameTimeMax = TimeSpan.FromSeconds(30);

    /// <summary>While connections wait for memory, a piece that was begun ends within this: at 1 MiB, 100 KB/s.</summary>
    public static readonly TimeSpan PieceTimeMax = TimeSpan.FromSeconds(10);

    /// <summary>A frame of 256 KiB that does not go out for so long, and a shorter one after a part of it, gives its place among the uploads to another connection: 52 KB/s.</summary>
    public static readonly TimeSpan SlotTimeMax = TimeSpan.FromSeconds(5);

    /// <summary>A peer with which no swarm is shared makes place for another after this: it had the time to say what it is in.</summary>
    public static readonly TimeSpan UselessAfter = TimeSpan.FromSeconds(2);

    /// <summary>One with which a swarm is shared makes place when no byte of a piece went over the connection for so long.</summary>
    public static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(60);

    /// <summary>Who is busy is not asked again before this, whatever it says.</summary>
    public static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(250);

    /// <summary>An address is refused when so many different agents at it did wrong: one bad agent among many behind one router is not the others' fault.</summary>
    public const int OffendersPerAddressMax = 3;
}
