using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>What makes a job a download: one file, told by properties. Immutable, and swapped whole by the jobs' loop.</summary>
sealed record DownloadFacet
{
    /// <summary>Properties that were set, as they were set. Credentials among them: sealed at rest.</summary>
    public IReadOnlyDictionary<DownloadProperty, DownloadValue> Values { get; init; } = new Dictionary<DownloadProperty, DownloadValue>();

    /// <summary>It outlives a restart of the agent; else it ends with it, and what was fetched goes.</summary>
    public bool IsNonVolatile { get; init; }

    /// <summary>It was started once: its ranges are known.</summary>
    public bool WasStarted { get; init; }

    /// <summary>Its bytes go to a stream of the caller's, so its file is never placed.</summary>
    public bool IsToStream { get; init; }

    /// <summary>It was made through the REST interface, which sees no other.</summary>
    public bool IsOfRest { get; init; }

    /// <summary>The same with one more property.</summary>
    public DownloadFacet With(DownloadProperty property, DownloadValue value) =>
        this with { Values = new Dictionary<DownloadProperty, DownloadValue>(Values) { [property] = value } };

    public string? Text(DownloadProperty property) => Values.GetValueOrDefault(property)?.Text;

    public bool Flag(DownloadProperty property) => Values.GetValueOrDefault(property)?.Flag == true;

    public ulong? Number(DownloadProperty property) => Values.GetValueOrDefault(property)?.Number;

    /// <summary>The flags as they are recorded. The bits are permanent.</summary>
    public long Flags => (IsNonVolatile ? 1 : 0) | (WasStarted ? 2 : 0) | (IsToStream ? 4 : 0) | (IsOfRest ? 8 : 0);

    /// <summary>A facet with recorded flags.</summary>
    public static DownloadFacet OfFlags(long flags) => new()
    {
        IsNonVolatile = (flags & 1) != 0,
        WasStarted = (flags & 2) != 0,
        IsToStream = (flags & 4) != 0,
        IsOfRest = (flags & 8) != 0,
    };
}
