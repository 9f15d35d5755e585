using System.Net;

namespace Haul.Engine.Peers;

/// <summary>Connections that were taken and have not proved anything yet: few places, of which the newest always gets one. Owned by the hub's loop.</summary>
/// <remarks>
/// Whoever connects with honest intent speaks at once and is done in some milliseconds. So whoever makes place is of the address that has
/// most of them, has said nothing if there is such a one, and waits longest.
/// </remarks>
sealed class PeerGreetings
{
    readonly List<Greeting> _all = [];

    public int Count => _all.Count;

    /// <summary>One more; whoever has to make place for it is hung up on.</summary>
    public Greeting Begin(IPAddress address)
    {
        if (_all.Count(each => each.Address.Equals(address)) >= PeerHubLimits.GreetingsPerAddressMax)
            End(Spare(address));
        else if (_all.Count >= PeerHubLimits.GreetingsMax)
            End(Spare(_all.CountBy(each => each.Address).MaxBy(each => each.Value).Key));
        var greeting = new Greeting(address);
        _all.Add(greeting);
        return greeting;
    }

    /// <summary>It is over, well or not.</summary>
    public void End(Greeting greeting)
    {
        _all.Remove(greeting);
        greeting.Stop.Cancel();
    }

    // They stand in the order in which they came.
    Greeting Spare(IPAddress address) => _all.Where(each => each.Address.Equals(address)).MinBy(each => each.HasSpoken)!;

    /// <summary>A connection that has to prove itself.</summary>
    public sealed class Greeting(IPAddress address)
    {
        volatile bool _hasSpoken;

        public IPAddress Address => address;

        /// <summary>Ends it.</summary>
        public CancellationTokenSource Stop { get; } = new();

        /// <summary>A first byte came.</summary>
        public bool HasSpoken { get => _hasSpoken; set => _hasSpoken = value; }
    }
}
