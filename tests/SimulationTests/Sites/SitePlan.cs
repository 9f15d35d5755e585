using Haul.Engine.Peers;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>A site: its machines, the lines between them and to the origin, and the content that all want. Its text names it in failures.</summary>
sealed record SitePlan
{
    public required int Machines { get; init; }

    /// <summary>Pieces of the content; the last one is shorter.</summary>
    public required int Pieces { get; init; }

    /// <summary>A manifest proves the pieces; else the group's words do, and the digest of the whole.</summary>
    public bool HasManifest { get; init; }

    /// <summary>Every other machine has a manifest besides the digest of the whole, which all have.</summary>
    public bool IsMixed { get; init; }

    /// <summary>Some members vouch for what is false. Without a manifest it is believed, and given on, until the origin shows otherwise.</summary>
    public bool IsPoisoned { get; init; }

    /// <summary>The machines are of one group; else they exchange openly.</summary>
    public bool HasGroup { get; init; } = true;

    public GroupTransport Transport { get; init; }

    public bool IsForeground { get; init; }

    /// <summary>The line to the origin, which all share.</summary>
    public double OriginBytesPerSecond { get; init; } = 2e6;

    /// <summary>The line of each machine, in either direction.</summary>
    public double MachineBytesPerSecond { get; init; } = 1e9 / 8;

    /// <summary>Uplink of every second machine, as a share of the others'.</summary>
    public double WeakUplink { get; init; } = 1;

    /// <summary>Every second machine is in another network, far away.</summary>
    public bool IsApart { get; init; }

    /// <summary>One way, within a network.</summary>
    public double NearSeconds { get; init; } = 0.0005;

    /// <summary>One way, from one network to the other.</summary>
    public double FarSeconds { get; init; } = 0.04;

    /// <summary>What each way may take longer, as a share of it.</summary>
    public double Jitter { get; init; }

    /// <summary>Machines call out for each other; else each is told of the first one.</summary>
    public bool IsLoud { get; init; } = true;

    /// <summary>Share of datagrams that are lost.</summary>
    public double DatagramLoss { get; init; }

    public int UploadSlots { get; init; } = 16;

    /// <summary>Bytes that a machine may send in a second, or 0 for no limit.</summary>
    public long UploadBytesPerSecond { get; init; }

    public int LinksMax { get; init; } = 100;

    /// <summary>Members that are all connected with each other.</summary>
    public int CellMax { get; init; } = 50;

    public int OriginConnectionsMax { get; init; } = 6;

    public static SitePlan Draw(Random die)
    {
        var machines = die.Weighed((70, die.Next(2, 6)), (30, die.Next(6, 9)));
        var isApart = die.Percent(30);
        return new SitePlan
        {
            Machines = machines,
            // Every machine hashes every piece twice: that is what a run costs.
            Pieces = die.Weighed((60, die.Next(4, 9)), (30, die.Next(4, 13)), (10, machines < 6 ? die.Next(12, 25) : 8)),
            HasManifest = die.Percent(60),
            Transport = die.Pick(GroupTransport.Tls, GroupTransport.Plain),
            IsForeground = die.Percent(30),
            OriginBytesPerSecond = die.Pick(2e6, 10e6, 100e6) / 8 * 4,
            MachineBytesPerSecond = die.Pick(50e6, 1e9) / 8,
            WeakUplink = die.Pick(1, 1, 0.2),
            IsApart = isApart,
            NearSeconds = die.Pick(0.0002, 0.001, 0.005),
            FarSeconds = die.Pick(0.01, 0.04, 0.15),
            Jitter = die.Pick(0, 0.5, 2),
            IsLoud = !isApart && die.Percent(70),
            UploadSlots = die.Pick(1, 4, 16),
            OriginConnectionsMax = die.Pick(1, 2, 6),
        };
    }
}
