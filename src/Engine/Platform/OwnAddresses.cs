using System.Net;

namespace Haul.Engine.Platform;

/// <summary>This machine's addresses on its local networks, looked up anew every so often. Any thread.</summary>
/// <param name="time">When to look.</param>
/// <param name="onLoopback">The loopback interface and no other.</param>
sealed class OwnAddresses(TimeProvider time, bool onLoopback)
{
    /// <summary>To look takes a millisecond, and is asked for with each connection.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    IReadOnlyList<(IPAddress, int)> _addresses = [];
    long? _lookedAt;

    /// <summary>The addresses with the lengths of their networks' prefixes.</summary>
    public IReadOnlyList<(IPAddress Address, int PrefixLength)> Read()
    {
        lock (_gate)
        {
            if (_lookedAt is not { } last || time.GetElapsedTime(last) > LookEvery)
            {
                _addresses = [.. LanInterfaces.Read(onLoopback).SelectMany(each => each.Addresses).Select(each => (each.Address, each.PrefixLength))];
                _lookedAt = time.GetTimestamp();
            }
            return _addresses;
        }
    }
}
