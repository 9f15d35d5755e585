using System.Net;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.World;

/// <summary>One network that agents of a test are plugged into.</summary>
sealed class FakeLan
{
    readonly List<Plug> _plugs = [];

    /// <summary>False while the network keeps what is for groups to itself.</summary>
    public bool CarriesGroups { get; set; } = true;

    /// <summary>All datagrams that were sent.</summary>
    public List<(MulticastChannel Channel, IPEndPoint To, byte[] Bytes)> Sent { get; } = [];

    /// <summary>A machine with one interface, by its IPv4 address.</summary>
    public Plug Add(string address)
    {
        var plug = new Plug(this, address);
        _plugs.Add(plug);
        return plug;
    }

    void Carry(Plug from, MulticastChannel channel, IPEndPoint to, byte[] bytes)
    {
        Sent.Add((channel, to, bytes));
        var isGroup = to.Address.Equals(channel.Group4);
        foreach (var plug in _plugs.Where(plug => plug.IsUp && (isGroup ? CarriesGroups : plug.Lan.Addresses[0].Address.Equals(to.Address))))
            plug.Take(new LanHeard(channel, plug.Lan.Index, new IPEndPoint(from.Lan.Addresses[0].Address, channel.SendsFromPort ? channel.Port : 40_000), bytes));
    }

    /// <summary>One machine's end of it.</summary>
    public sealed class Plug(FakeLan lan, string address) : IMulticast
    {
        Action<LanEvent>? _tell;

        public LanInterface Lan { get; } = new(2, "eth0", [new LanAddress(IPAddress.Parse(address), 24)]);

        public bool IsUp { get; private set; } = true;

        public Task RunAsync(IReadOnlyList<MulticastChannel> channels, Action<LanEvent> tell, CancellationToken cancel)
        {
            _tell = tell;
            TellInterfaces();
            var ended = new TaskCompletionSource();
            cancel.Register(() => ended.TrySetResult());
            return ended.Task;
        }

        public Failure? Send(MulticastChannel channel, int interfaceIndex, IPEndPoint to, ReadOnlySpan<byte> bytes)
        {
            if (!IsUp)
                return new Failure(HResults.WININET_E_CANNOT_CONNECT, "the cable is out");
            lan.Carry(this, channel, to, bytes.ToArray());
            return null;
        }

        public void Turn(bool on)
        {
            IsUp = on;
            TellInterfaces();
        }

        public void Take(LanEvent what) => _tell?.Invoke(what);

        void TellInterfaces() => Take(new LanChanged(IsUp ? [Lan] : []));
    }
}
