using System.Net;
using Haul.Engine.Sources;

namespace Haul.Engine.Transfers;

/// <summary>How a transfer goes, for whoever looks. Any thread.</summary>
sealed class TransferView(TransferHold hold, TransferLeases leases, HttpSource source, TransferSwarm? swarm)
{
    /// <summary>Bytes that are here or on their way into a piece.</summary>
    public long Received => hold.Ground?.Received ?? hold.HeldBytes;

    /// <summary>Bytes from the front that stand in the file and are known to be of one version.</summary>
    public long ProvedFront => hold.Ground?.ProvedFront ?? 0;

    /// <summary>Connections to the origin that bring bytes now.</summary>
    public int Connections => leases.Count;

    /// <summary>How fast bytes come from the origin.</summary>
    public double BytesPerSecond => leases.BytesPerSecond;

    /// <summary>Bytes that peers brought and that were kept.</summary>
    public long PeerBytes => swarm?.KeptBytes ?? 0;

    /// <summary>The origin's host that answered, or null before it did.</summary>
    public string? From { get; set; }

    /// <summary>The address of the server that answered last, or null.</summary>
    public IPAddress? ServerAddress => source.ServerAddress;
}
