namespace Haul.Engine.Transfers;

/// <summary>The numbers of a transfer.</summary>
static class TransferLimits
{
    /// <summary>How often one transfer starts over because the content changed. A file that changes more often is not worth fetching now.</summary>
    public const int RestartsMax = 3;

    /// <summary>How often one piece may come false before the content is given up: a broken line or cache gets it right the second time.</summary>
    public const int FalsePieceTriesMax = 3;

    /// <summary>Requests for a manifest before the transfer goes on without it, or waits for its next try.</summary>
    public const int ManifestTriesMax = 3;

    /// <summary>Wait before such a request is made again, times how many there were.</summary>
    public static readonly TimeSpan ManifestPause = TimeSpan.FromSeconds(1);

    /// <summary>From a request for a manifest to its last byte: 64 MiB, the longest, take a minute at 9 Mbit/s.</summary>
    public static readonly TimeSpan ManifestTimeMax = TimeSpan.FromMinutes(1);

    /// <summary>Ticks (of a quarter second) between reports of stored pieces: with a commit each second, a crash costs a second at most.</summary>
    public const int KeepEveryTicks = 4;

    /// <summary>So many pieces are reported at the next tick: whoever is fast has more to lose, and one commit for 4 MiB is little beside writing them.</summary>
    public const int KeepPieces = 4;

    /// <summary>The longest content whose length is not told in advance: 1 TiB.</summary>
    public const long UntoldLengthMax = 1L << 40;

    /// <summary>The least a connection is given when several share a file: 16 MiB, so that requests stay few (small ranges trip vendors' rate limits).</summary>
    public const int LeasePiecesMin = 16;

    /// <summary>How long a connection should be busy with what it is given, so that asking again costs no time worth naming.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(8);

    /// <summary>Wait where this machine's connections to a host are all taken, before a swarm asks for one again.</summary>
    public static readonly TimeSpan OriginPause = TimeSpan.FromMilliseconds(250);

    /// <summary>An origin that fails is no loss before peers had so much time to be found: a call, a handshake and a repeated question.</summary>
    public static readonly TimeSpan HelpTime = TimeSpan.FromSeconds(4);

    /// <summary>A lease that has less than this to go is not worth splitting.</summary>
    public static readonly TimeSpan StealTimeMin = TimeSpan.FromMilliseconds(500);

    /// <summary>Asked for first of a content that peers may turn out to have: as much as small files are, and little beside large ones.</summary>
    public const int FirstLookBytes = 64 << 10;

    /// <summary>False pieces that a peer may bring because another misled it: as many as there may be liars whom it has not found out yet.</summary>
    public const int MisledMax = 8;
}
