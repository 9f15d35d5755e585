using System.Globalization;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>What an agent says of itself by multicast DNS, as a service of DNS-SD (RFC 6763).</summary>
/// <param name="self">Who it is.</param>
/// <param name="port">Where it takes connections.</param>
sealed class PresenceRecords(PeerId self, ushort port)
{
    /// <summary>Seconds that facts of hosts and ports are good, as RFC 6762, section 10 wants it: they change with the network.</summary>
    public const uint HostTtlSeconds = 120;

    /// <summary>Seconds that all else is good, from the same section: 75 minutes.</summary>
    public const uint OtherTtlSeconds = 4500;

    /// <summary>What is said here, in its first version.</summary>
    public const string Version = "1";

    /// <summary>The service that agents are.</summary>
    public static readonly DnsName Service = DnsName.Of("_haul", "_tcp", "local");

    /// <summary>The list of services that programs for looking around read (RFC 6763, section 9).</summary>
    public static readonly DnsName ServiceList = DnsName.Of("_services", "_dns-sd", "_udp", "local");

    // Counts up when another says that the name is its own.
    int _number = 1;

    /// <summary>What tells members of the agent's group that it is one of them today; null for none.</summary>
    public string? Tag { get; set; }

    string Label => _number == 1 ? self.ToString() : string.Create(CultureInfo.InvariantCulture, $"{self}-{_number}");

    /// <summary>This agent as an instance of the service.</summary>
    public DnsName Instance => Service.Child(Label);

    /// <summary>This agent as a host: a name of its own, since the machine's belongs to the machine's responder.</summary>
    public DnsName Host => DnsName.Of(Label, "local");

    /// <summary>Takes the next name; after 99 the first again.</summary>
    public void Rename() => _number = _number % 99 + 1;

    /// <summary>All that is true on an interface.</summary>
    public IReadOnlyList<DnsRecord> On(LanInterface lan) =>
        [
            new PointerRecord(Service, OtherTtlSeconds, false, Instance), new PointerRecord(ServiceList, OtherTtlSeconds, false, Service),
            .. Own, .. AddressesOn(lan),
        ];

    /// <summary>What is said of the instance, by this agent alone.</summary>
    public IReadOnlyList<DnsRecord> Own =>
        [new ServiceRecord(Instance, HostTtlSeconds, true, Host, port), new TextRecord(Instance, OtherTtlSeconds, true, Text)];

    string Text => Tag is null ? TextRecord.Join($"id={self}", $"v={Version}") : TextRecord.Join($"id={self}", $"v={Version}", $"g={Tag}");

    /// <summary>Where the host is to be found on an interface.</summary>
    public IEnumerable<DnsRecord> AddressesOn(LanInterface lan) => lan.Addresses.Select(one => new AddressRecord(Host, HostTtlSeconds, true, one.Address));

    /// <summary>What whoever is told a record will ask for next.</summary>
    public IEnumerable<DnsRecord> Following(DnsRecord record, LanInterface lan) => record switch
    {
        PointerRecord pointer when pointer.Target.Equals(Instance) => [.. Own, .. AddressesOn(lan)],
        ServiceRecord => AddressesOn(lan),
        _ => [],
    };
}
