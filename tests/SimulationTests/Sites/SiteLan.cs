using System.Net;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>Datagrams within the networks of a site. Some are lost.</summary>
sealed class SiteLan(Site site)
{
    readonly List<SitePlug> _plugs = [];
    readonly Random _die = site.Stage.Die("datagrams");

    public SitePlug Add(SiteMachine machine, SimLane lane)
    {
        _plugs.RemoveAll(plug => plug.Lane.IsDead);
        var plug = new SitePlug(this, machine, lane);
        _plugs.Add(plug);
        return plug;
    }

    public void Carry(SitePlug from, MulticastChannel channel, IPEndPoint to, byte[] bytes)
    {
        site.Watch.Calls(from.Machine, bytes);
        var isToAll = to.Address.Equals(channel.Group4);
        foreach (var plug in _plugs.Where(plug => isToAll ? plug != from : plug.Machine.IsAt(to.Address)))
        {
            if (plug.Machine.Network != from.Machine.Network || site.Net.Parted(from.Machine, plug.Machine) || _die.NextDouble() < site.Plan.DatagramLoss)
                continue;
            var heard = new LanHeard(channel, plug.Lan.Index, new IPEndPoint(_die.NextDouble() < 0.5 ? from.Machine.Address : from.Machine.SecondAddress, channel.SendsFromPort ? channel.Port : 40_000), bytes);
            site.Turns.At(plug.Lane, site.Net.WayOf(from.Machine, plug.Machine), () => plug.Take(heard));
        }
    }
}

/// <summary>One life's end of it.</summary>
sealed class SitePlug(SiteLan lan, SiteMachine machine, SimLane lane) : IMulticast
{
    Action<LanEvent>? _tell;

    public SiteMachine Machine => machine;

    public SimLane Lane => lane;

    public LanInterface Lan { get; } = new(2, "eth0", [new LanAddress(machine.Address, SiteMachine.PrefixLength), new LanAddress(machine.SecondAddress, SiteMachine.PrefixLength)]);

    public async Task RunAsync(IReadOnlyList<MulticastChannel> channels, Action<LanEvent> tell, CancellationToken cancel)
    {
        _tell = tell;
        tell(new LanChanged([Lan]));
        var ended = new TaskCompletionSource();
        using var registration = cancel.UnsafeRegister(static ended => ((TaskCompletionSource)ended!).TrySetResult(), ended);
        await ended.Task;
        _tell = null;
    }

    public Failure? Send(MulticastChannel channel, int interfaceIndex, IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        lan.Carry(this, channel, to, bytes.ToArray());
        return null;
    }

    public void Take(LanHeard heard) => _tell?.Invoke(heard);
}
