namespace Haul.SimulationTests.World;

/// <summary>An origin server: its manners, its contents, and who is connected to it.</summary>
sealed class SimHost(string name, HostManners manners)
{
    readonly Dictionary<string, SimContent> _contents = [];

    public string Name => name;

    public string Url => $"http://{name}";

    public HostManners Manners { get; set; } = manners;

    /// <summary>Requests that were sent to it and have not ended.</summary>
    public int Connections { get; set; }

    /// <summary>The most there were at a time.</summary>
    public int ConnectionsPeak { get; set; }

    /// <summary>It takes no connections, and those that stand break.</summary>
    public bool IsDown { get; set; }

    /// <summary>Every request, in order.</summary>
    public List<SeenRequest> Requests { get; } = [];

    /// <summary>Decides what goes wrong with a request; null where nothing does.</summary>
    public Func<SeenRequest, RequestFault?> Faults { get; set; } = static _ => null;

    public SimContent Serve(string path, byte[] bytes, DateTimeOffset modified)
    {
        var content = new SimContent(this, path, bytes, modified);
        _contents.Add(path, content);
        return content;
    }

    public SimContent? Find(string path) => _contents.GetValueOrDefault(path) is { IsGone: false } content ? content : null;
}

/// <summary>How a server serves, right or wrong.</summary>
sealed record HostManners
{
    public RangeManner Ranges { get; init; }

    public ValidatorManner Validators { get; init; }

    /// <summary>Says how long a file is; else the answer comes in chunks until it ends.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>Compares If-Range; a server that does not sends the range of whatever it has now.</summary>
    public bool KnowsIfRange { get; init; } = true;

    public long BytesPerSecond { get; init; } = 4 << 20;

    /// <summary>From a request to the head of its answer.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>More connections than this are answered 503.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;
}

/// <summary>What a server does with a Range header.</summary>
enum RangeManner
{
    Served,
    Ignored,

    /// <summary>Answers 206 with a Content-Range that says another range.</summary>
    Misnumbered,

    /// <summary>Answers 416.</summary>
    Refused,
}

/// <summary>By what a server tells versions apart.</summary>
enum ValidatorManner
{
    ETag,
    LastModified,
    Both,

    /// <summary>A weak ETag, which is good for nothing here.</summary>
    Weak,
    None,
}

/// <summary>A request as the server saw it.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Path">What was asked for.</param>
/// <param name="First">The first byte of the range, or null.</param>
/// <param name="Last">The last byte of the range, or null.</param>
sealed record SeenRequest(TimeSpan At, string Path, long? First, long? Last)
{
    /// <summary>The life that sent it.</summary>
    public required SimLane By { get; init; }

    /// <summary>The status it was answered with; 0 for none.</summary>
    public int Status { get; set; }

    /// <summary>Bytes that were sent.</summary>
    public long Bytes { get; set; }

    /// <summary>Where in the content a false byte was sent, or null.</summary>
    public long? FalseAt { get; set; }
}

/// <summary>What goes wrong with one request.</summary>
sealed record RequestFault
{
    /// <summary>No connection comes about.</summary>
    public System.Net.Sockets.SocketError? Connecting { get; init; }

    /// <summary>A status in place of the file.</summary>
    public int Status { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Bytes after which the body goes wrong, or null.</summary>
    public long? After { get; init; }

    /// <summary>What then happens to it.</summary>
    public BodyFault Body { get; init; }

    /// <summary>The head of the answer never comes.</summary>
    public bool IsSilent { get; init; }
}

/// <summary>How a body ends too early.</summary>
enum BodyFault
{
    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>It just ends.</summary>
    Short,

    /// <summary>Nothing more comes, and nothing ends.</summary>
    Stall,

    /// <summary>A bit of a byte is turned over; the rest comes as if nothing were.</summary>
    Corrupt,
}
