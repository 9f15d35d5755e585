using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>A responder and a browser on one link, driven by hand.</summary>
sealed class MdnsRig
{
    public static readonly PeerId Self = new(0xA);
    public static readonly PeerId Other = new(0xB);
    public static readonly LanInterface Lan = Net(2, "eth0", "192.168.1.10/24");
    public static readonly IPEndPoint Neighbour = new(IPAddress.Parse("192.168.1.20"), 5353);

    readonly LanOutbox _outbox = new();

    public MdnsRig(string? tag = null)
    {
        Records = new PresenceRecords(Self, 7690) { Tag = tag };
        Responder = new MdnsResponder(Records, new Random(1), _outbox);
        Browser = new MdnsBrowser(Self, other => tag is not null && other != tag, new Random(2), _outbox);
    }

    public PresenceRecords Records { get; }

    public MdnsResponder Responder { get; }

    public MdnsBrowser Browser { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>An interface with some addresses.</summary>
    public static LanInterface Net(int index, string name, params string[] addresses) =>
        new(index, name, [.. addresses.Select(text => new LanAddress(IPAddress.Parse(text.Split('/')[0]), int.Parse(text.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)))]);

    /// <summary>What another agent says of itself.</summary>
    public static IReadOnlyList<DnsRecord> Of(PeerId peer, string address, string? tag = null, ushort port = 7000) =>
        new PresenceRecords(peer, port) { Tag = tag }.On(Net(9, "there", $"{address}/24"));

    /// <summary>Lets time pass, and gives what was sent, each with its time.</summary>
    public List<(double At, LanSend Send, DnsMessage Message)> Pass(double seconds)
    {
        var sent = new List<(double, LanSend, DnsMessage)>();
        var end = Now + TimeSpan.FromSeconds(seconds);
        Collect(sent);
        while (new[] { Responder.Due, Browser.Due }.Min() is { } due && due <= end)
        {
            Now = due > Now ? due : Now;
            Responder.Advance(Now);
            Browser.Advance(Now);
            Collect(sent);
        }
        Now = end;
        return sent;
    }

    /// <summary>The responder has said all that it says by itself.</summary>
    public void Settle()
    {
        Responder.Change([Lan], Now);
        Pass(10);
    }

    public void Hear(DnsMessage message, IPEndPoint? from = null, LanInterface? lan = null)
    {
        // As it would come: over the wire.
        message = DnsReader.Read(DnsWriter.Write(message))!;
        Responder.Hear(lan ?? Lan, from ?? Neighbour, message, Now);
        Browser.Hear(lan ?? Lan, from ?? Neighbour, message, Now);
    }

    /// <summary>What was sighted since the last time.</summary>
    public List<LanSighting> Sightings()
    {
        var found = _outbox.Sightings.ToList();
        _outbox.Sightings.Clear();
        return found;
    }

    void Collect(List<(double, LanSend, DnsMessage)> sent)
    {
        sent.AddRange(_outbox.Sends.Select(send => (Now.TotalSeconds, send, DnsReader.Read(send.Bytes)!)));
        _outbox.Sends.Clear();
    }
}
