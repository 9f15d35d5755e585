using System.Net;
using Haul.Tracker.Addresses;
using Microsoft.Extensions.Logging;

namespace Haul.Tracker;

/// <summary>What the administrator decides about a tracker.</summary>
sealed record TrackerOptions
{
    /// <summary>How often agents announce by default: what they learn changes slowly, and a million of them make 3,333 calls a second.</summary>
    public static TimeSpan UsualInterval { get; } = TimeSpan.FromMinutes(5);

    public IReadOnlyList<ListenAddress> Listens { get; init; } = [ListenAddress.Usual];

    /// <summary>PEM file with the certificate and those between it and its authority.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>PEM file with the certificate's key.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The list of groups that are served.</summary>
    public string? GroupsPath { get; init; }

    /// <summary>Agents without a group are served.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The Redis that several trackers share, as "HOST:PORT[,OPTION=VALUE]..."; null for a tracker alone.</summary>
    public string? Redis { get; init; }

    /// <summary>The password of the Redis, where that is not among its options.</summary>
    public string? RedisPassword { get; init; }

    public TimeSpan Interval { get; init; } = UsualInterval;

    /// <summary>Proxies whose X-Forwarded-For counts.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Agents of the tracker's own machine are told each other's loopback addresses, to try things out.</summary>
    public bool TellsLoopback { get; init; }

    public TrackerLimits Limits { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public required ILoggerProvider Log { get; init; }

    /// <summary>Called once it answers.</summary>
    public Action? Ready { get; init; }
}
