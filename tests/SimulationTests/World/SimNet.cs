namespace Haul.SimulationTests.World;

/// <summary>All origins and the wire between them and this machine.</summary>
sealed class SimNet(SimTrace trace)
{
    readonly Dictionary<string, SimHost> _hosts = [];
    readonly List<SimConnection> _open = [];

    public IReadOnlyCollection<SimHost> Hosts => _hosts.Values;

    /// <summary>What the machine's own line carries, of all connections together.</summary>
    public long BytesPerSecond { get; set; } = 100 << 20;

    /// <summary>Bodies that are being sent.</summary>
    public int Streaming => _open.Count(connection => connection.HasBody);

    /// <summary>Requests that have not ended, to all hosts.</summary>
    public int Connections => _hosts.Values.Sum(host => host.Connections);

    /// <summary>Bytes that one lump on the wire has.</summary>
    public int LumpSize { get; set; } = 64 << 10;

    public SimTrace Trace => trace;

    public SimHost Add(string name, HostManners manners)
    {
        var host = new SimHost(name, manners);
        _hosts.Add(name, host);
        return host;
    }

    public SimHost? Find(string name) => _hosts.GetValueOrDefault(name);

    public SimContent? FindUrl(string url)
    {
        var uri = new Uri(url);
        return Find(uri.Host)?.Find(uri.AbsolutePath[1..]);
    }

    /// <summary>How long a lump of so many bytes is on its way.</summary>
    public TimeSpan TimeFor(SimHost host, int bytes) =>
        TimeSpan.FromSeconds(bytes / (double)Math.Min(host.Manners.BytesPerSecond, BytesPerSecond / Math.Max(1, Streaming)));

    /// <summary>Requests that a life has sent and that have not ended, to one host.</summary>
    public int ConnectionsOf(SimLane life, SimHost host) => _open.Count(connection => connection.Lane == life && connection.Host == host);

    public void Begin(SimConnection connection) => _open.Add(connection);

    public void End(SimConnection connection) => _open.Remove(connection);

    /// <summary>A life is over, and with it its ends of all connections.</summary>
    public void Drop(SimLane life)
    {
        foreach (var connection in _open.Where(connection => connection.Lane == life).ToArray())
            connection.End();
    }
}
