using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>A probe with one neighbour, on a clock that goes on when it is told to.</summary>
public abstract class ContentProbeRig
{
    private protected const ulong Hour = 480_000;

    private protected static readonly LanInterface Lan = MdnsRig.Net(2, "eth0", "192.168.1.10/24");
    private protected static readonly IPEndPoint Neighbour = new(IPAddress.Parse("192.168.1.20"), 40_000);
    private protected static readonly SwarmId A = Swarm(1);
    private protected static readonly SwarmId B = Swarm(2);

    private protected ContentProbeRig()
    {
        Probe = new ContentProbe(MdnsRig.Self, 7690, Blind, new Random(1), Outbox);
        Probe.Change([Lan], Now);
        Probe.Advance(Epoch, Now);
    }

    private protected LanOutbox Outbox { get; } = new();

    private protected ContentProbe Probe { get; }

    private protected TimeSpan Now { get; private set; }

    private protected ulong Epoch { get; set; } = Hour;

    private protected static SwarmId Swarm(int number) => new(new PieceHash(0, (UInt128)number));

    private protected void WantMany(int count, bool isComplete = false)
    {
        for (var i = 0; i < count; i++)
            Probe.Want(Swarm(100 + i), isComplete, Now);
    }

    // Any function of both will do.
    private protected static ulong Blind(SwarmId swarm, ulong epoch) => (ulong)swarm.Value.Low * 1_000_003 + epoch;

    private protected List<(double At, LanSend Send, ContentDatagram Said)> Pass(double seconds)
    {
        var sent = new List<(double, LanSend, ContentDatagram)>();
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (Probe.Due is { } due && due <= end)
        {
            Now = due > Now ? due : Now;
            Probe.Advance(Epoch, Now);
            sent.AddRange(Outbox.Sends.Select(send => (Now.TotalSeconds, send, ContentDatagram.Read(send.Bytes)!)));
            Outbox.Sends.Clear();
        }
        Now = end;
        return sent;
    }

    private protected void Hear(ContentDatagramType type, ulong epoch, params ulong[] ids) => Probe.Hear(Lan, Neighbour, new ContentDatagram(type, MdnsRig.Other, 7000, epoch, ids), Now);

    private protected void Hear(IPEndPoint from, PeerId peer, ulong id) => Probe.Hear(Lan, from, new ContentDatagram(ContentDatagramType.Want, peer, 7000, Hour, [id]), Now);
}
