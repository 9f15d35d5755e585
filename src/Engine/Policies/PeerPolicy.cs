using System.Net;

namespace Haul.Engine.Policies;

/// <summary>What the administrator allows among agents.</summary>
sealed record PeerPolicy
{
    /// <summary>With whom contents are exchanged (DODownloadMode).</summary>
    public DownloadMode Mode { get; init; } = DownloadMode.HttpOnly;

    /// <summary>Where connections are taken; another port where this one is taken already. On a loopback address, only loopback is spoken with.</summary>
    public IPEndPoint ListenAt { get; init; } = new(IPAddress.IPv6Any, PortUsual);

    /// <summary>The usual port: not Delivery Optimization's 7680, whose service holds that on Windows.</summary>
    public const int PortUsual = 7690;

    /// <summary>Only with agents of the same subnet (DORestrictPeerSelectionBy: 1).</summary>
    public bool SameSubnetOnly { get; init; }

    /// <summary>Agents that are called without being found first.</summary>
    public IReadOnlyList<IPEndPoint> Fixed { get; init; } = [];

    /// <summary>The tracker that is told of this agent's swarms and names others, or null.</summary>
    public Uri? Tracker { get; init; }

    /// <summary>The certificate authorities to trust of the tracker, in PEM, or null for the system's.</summary>
    public string? TrackerAuthorities { get; init; }

    /// <summary>The place that this agent is at, as its administrator calls it, for the tracker; or null.</summary>
    public string? Site { get; init; }

    /// <summary>Connections to other agents.</summary>
    public int LinksMax { get; init; } = 100;

    /// <summary>Members of a swarm that are all connected with each other; larger swarms fall into several such cells.</summary>
    public int CellMax { get; init; } = 50;

    /// <summary>Pieces that are sent at the same time.</summary>
    public int UploadSlotsMax { get; init; } = 16;

    /// <summary>Bytes that are sent to others in a second, or 0 for no limit.</summary>
    public long UploadBytesPerSecondMax { get; init; }

    /// <summary>How long a content is kept for others after it was fetched (DOMaxCacheAge: three days).</summary>
    public TimeSpan KeepAgeMax { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Bytes that are on the disk only because they are kept for others: what users have deleted, and copies.</summary>
    public long KeepBytesMax { get; init; } = 20L << 30;

    /// <summary>The same as a part of the whole disk; whichever is less counts (DOMaxCacheSize: 20 percent).</summary>
    public double KeepDiskShareMax { get; init; } = 0.2;

    /// <summary>Contents that are kept: every other agent is told their swarms when it connects.</summary>
    public int KeepCountMax { get; init; } = 1024;

    /// <summary>Contents shorter than this are fetched from the origin alone: to ask around takes longer.</summary>
    public long LengthMin { get; init; } = 256 << 10;

    /// <summary>Contents that were fetched with credentials or cookies are exchanged, too.</summary>
    public bool SharesCredentialed { get; init; }

    /// <summary>Contents that only a URL and a validator name (ETag) are exchanged within the group, too: nothing but samples would show that a member lies.</summary>
    public bool SharesVersions { get; init; }

    /// <summary>How long a background job leaves to peers what some peer has or fetches (DODelayBackgroundDownloadFromHttp).</summary>
    public TimeSpan DelayBackground { get; init; }

    /// <summary>The same for foreground jobs (DODelayForegroundDownloadFromHttp).</summary>
    public TimeSpan DelayForeground { get; init; }
}

/// <summary>DODownloadMode, with its numbers.</summary>
enum DownloadMode
{
    /// <summary>With nobody.</summary>
    HttpOnly = 0,

    /// <summary>Agents of the local network.</summary>
    Lan = 1,

    /// <summary>Agents of the group, wherever they are.</summary>
    Group = 2,

    /// <summary>Any agent.</summary>
    Internet = 3,

    /// <summary>With nobody, and no server but the origin is asked anything.</summary>
    Simple = 99,
}
