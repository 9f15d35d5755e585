using System.Net;

namespace Haul.Engine.Discovery;

/// <summary>The addresses of hosts that instances of the service named.</summary>
sealed class SeenHosts
{
    /// <summary>Addresses of one host: more than interfaces on one link have.</summary>
    const int AddressesMax = 8;

    readonly Dictionary<(int Lan, DnsName Host), List<Timed<AddressRecord>>> _hosts = [];

    /// <summary>Makes room for a host's addresses; those of others are not looked at.</summary>
    public void Expect(int lan, DnsName host) => _hosts.TryAdd((lan, host), []);

    /// <summary>Takes addresses in; true when the host is one of those expected.</summary>
    public bool Take(int lan, AddressRecord record, TimeSpan now)
    {
        if (!_hosts.TryGetValue((lan, record.Name), out var known))
            return false;
        // All that is said at once belongs together; what is older is void (RFC 6762, section 10.2).
        if (record.IsWhole)
            known.RemoveAll(one => one.Record.Type == record.Type && now - (one.Expires - Good(one.Record)) > TimeSpan.FromSeconds(1));
        known.RemoveAll(one => one.Record.SaysSameAs(record) || one.Expires <= now);
        if (record.TtlSeconds > 0 && known.Count < AddressesMax)
            known.Add(new Timed<AddressRecord>(record, now + Good(record)));
        return true;
    }

    /// <summary>The addresses of a host that are good.</summary>
    public IEnumerable<IPAddress> Of(int lan, DnsName host, TimeSpan now) =>
        _hosts.TryGetValue((lan, host), out var known) ? known.Where(one => one.Expires > now).Select(one => one.Record.Address) : [];

    /// <summary>Forgets hosts that nobody names any more.</summary>
    public void Keep(HashSet<(int, DnsName)> named)
    {
        foreach (var host in _hosts.Keys)
        {
            if (!named.Contains(host))
                _hosts.Remove(host);
        }
    }

    static TimeSpan Good(DnsRecord record) => TimeSpan.FromSeconds(Math.Min(record.TtlSeconds, PresenceRecords.OtherTtlSeconds));
}
