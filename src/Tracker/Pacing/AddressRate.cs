using Haul.Tracker.Addresses;

namespace Haul.Tracker.Pacing;

/// <summary>What one remote address may ask for: of IPv6 its subnet, in which one host can have any address. Any thread.</summary>
sealed class AddressRate(TrackerLimits limits, TimeProvider time)
{
    readonly RateLimit _rate = new(limits.AddressSwarmsPerSecond, limits.AddressSwarmsBurst, time);

    /// <inheritdoc cref="RateLimit.Take"/>
    public TimeSpan? Take(HostAddress remote, int tokens) => _rate.Take(remote.IsV4 ? remote.Low : new UInt128(remote.High, 0), tokens);
}
