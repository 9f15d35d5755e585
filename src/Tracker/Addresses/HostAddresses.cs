using System.Collections;
using System.Runtime.CompilerServices;

namespace Haul.Tracker.Addresses;

/// <summary>A few addresses. One, as most agents have, lies in here, so that who looks through many agents reads one place of memory for each; more lie apart.
/// The unspecified address is none.</summary>
[CollectionBuilder(typeof(HostAddresses), nameof(Of))]
readonly struct HostAddresses : IEquatable<HostAddresses>, IEnumerable<HostAddress>
{
    readonly HostAddress _first;
    readonly HostAddress[]? _others;

    HostAddresses(HostAddress first, HostAddress[]? others) => (_first, _others) = (first, others);

    public static HostAddresses Of(ReadOnlySpan<HostAddress> addresses) =>
        addresses.IsEmpty ? default : new HostAddresses(addresses[0], addresses.Length > 1 ? addresses[1..].ToArray() : null);

    /// <summary>The first, or the unspecified address.</summary>
    public HostAddress First => _first;

    public int Count => _first == default ? 0 : 1 + (_others?.Length ?? 0);

    public bool Equals(HostAddresses other) => _first == other._first && _others.AsSpan().SequenceEqual(other._others);

    public override bool Equals(object? obj) => obj is HostAddresses other && Equals(other);

    public override int GetHashCode() => _first.GetHashCode();

    public static bool operator ==(HostAddresses left, HostAddresses right) => left.Equals(right);

    public static bool operator !=(HostAddresses left, HostAddresses right) => !left.Equals(right);

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<HostAddress> IEnumerable<HostAddress>.GetEnumerator()
    {
        foreach (var address in this)
            yield return address;
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<HostAddress>)this).GetEnumerator();

    /// <summary>Goes through them in order.</summary>
    public struct Enumerator(HostAddresses addresses)
    {
        readonly int _count = addresses.Count;
        int _at = -1;

        public readonly HostAddress Current => _at == 0 ? addresses._first : addresses._others![_at - 1];

        public bool MoveNext() => ++_at < _count;
    }
}
