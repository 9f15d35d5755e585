using System.Net;
using System.Net.Sockets;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>The local networks of this machine: datagrams to everyone on them, and from them.</summary>
/// <remarks>No network is no failure: interfaces come and go, and what is tried in between is lost.</remarks>
interface IMulticast
{
    /// <summary>Keeps channels open on every interface that is fit for them, and tells what happens there, until stopped; by then all is closed.</summary>
    /// <param name="channels">What is listened to.</param>
    /// <param name="tell">Called from any thread, never twice at the same time for one interface and channel; must not wait.</param>
    /// <param name="cancel">Stops it.</param>
    Task RunAsync(IReadOnlyList<MulticastChannel> channels, Action<LanEvent> tell, CancellationToken cancel);

    /// <summary>Sends one datagram through one interface.</summary>
    /// <param name="channel">The channel that it belongs to.</param>
    /// <param name="interfaceIndex">The interface, as <see cref="LanChanged"/> told.</param>
    /// <param name="to">One of the channel's groups, or whoever sent something.</param>
    /// <param name="bytes">The datagram.</param>
    Failure? Send(MulticastChannel channel, int interfaceIndex, IPEndPoint to, ReadOnlySpan<byte> bytes);
}

/// <summary>Two groups, one for each version of IP, and what is sent to them.</summary>
/// <param name="Group4">The group of IPv4.</param>
/// <param name="Group6">The group of IPv6.</param>
/// <param name="Port">The UDP port of both.</param>
/// <param name="Hops">Routers that a datagram may pass, plus one; where it must be 255, whoever hears it can tell that it passed none.</param>
/// <param name="SendsFromPort">True where datagrams must come from <paramref name="Port"/>. Else each user of the channel sends from a port of
/// its own, so that answers come to it alone however many of them this machine has.</param>
sealed record MulticastChannel(IPAddress Group4, IPAddress Group6, int Port, int Hops, bool SendsFromPort)
{
    /// <summary>The group of a version of IP, with the port.</summary>
    public IPEndPoint Group(AddressFamily family) => new(family == AddressFamily.InterNetwork ? Group4 : Group6, Port);
}

/// <summary>What happens in the local networks.</summary>
abstract record LanEvent;

/// <summary>A datagram came.</summary>
/// <param name="Channel">On which channel.</param>
/// <param name="InterfaceIndex">Through which interface.</param>
/// <param name="From">From where; an address of IPv6 that counts for one interface only has its index as scope.</param>
/// <param name="Bytes">What it says; the receiver's own.</param>
sealed record LanHeard(MulticastChannel Channel, int InterfaceIndex, IPEndPoint From, ReadOnlyMemory<byte> Bytes) : LanEvent;

/// <summary>Interfaces or their addresses are other than they were.</summary>
/// <param name="Interfaces">All that are fit now.</param>
sealed record LanChanged(IReadOnlyList<LanInterface> Interfaces) : LanEvent;

/// <summary>Something could not be done. It is tried again when the interfaces change, and every so often.</summary>
/// <param name="Failure">What.</param>
sealed record LanFailed(Failure Failure) : LanEvent;

/// <summary>One interface to a local network.</summary>
/// <param name="Index">The system's number for it.</param>
/// <param name="Name">The system's name for it.</param>
/// <param name="Addresses">Ours on it, each with the length of its network's prefix, in order.</param>
sealed record LanInterface(int Index, string Name, IReadOnlyList<LanAddress> Addresses)
{
    /// <summary>True when it speaks this version of IP.</summary>
    public bool Has(AddressFamily family) => Addresses.Any(one => one.Address.AddressFamily == family);

    /// <summary>True for an address that is reached through this interface without a router.</summary>
    public bool Reaches(IPAddress address) =>
        address is { IsIPv6LinkLocal: true } ? address.ScopeId == 0 || address.ScopeId == Index : Addresses.Any(one => one.IsNear(address));

    public bool Equals(LanInterface? other) => other is not null && Index == other.Index && Name == other.Name && Addresses.SequenceEqual(other.Addresses);

    public override int GetHashCode() => HashCode.Combine(Index, Name, Addresses.Count);
}

/// <summary>An address of this machine.</summary>
/// <param name="Address">The address, without a scope.</param>
/// <param name="PrefixLength">Bits that its network's addresses begin with alike.</param>
readonly record struct LanAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>True for an address of the same network.</summary>
    public bool IsNear(IPAddress other)
    {
        if (other.AddressFamily != Address.AddressFamily)
            return false;
        Span<byte> ours = stackalloc byte[16];
        Span<byte> theirs = stackalloc byte[16];
        Address.TryWriteBytes(ours, out var size);
        other.TryWriteBytes(theirs, out _);
        var bits = Math.Clamp(PrefixLength, 0, size * 8);
        var (whole, rest) = (bits / 8, bits % 8);
        return ours[..whole].SequenceEqual(theirs[..whole]) && (rest == 0 || (ours[whole] ^ theirs[whole]) >> (8 - rest) == 0);
    }
}
