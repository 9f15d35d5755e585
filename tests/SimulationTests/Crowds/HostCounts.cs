namespace Haul.SimulationTests.Crowds;

/// <summary>What became of the bytes that came to a host.</summary>
sealed class HostCounts
{
    /// <summary>From the origin and from others.</summary>
    public double Came { get; set; }
    public double Stored { get; set; }

    /// <summary>Bytes that were false, came twice, or were cut off.</summary>
    public double Wasted { get; set; }
    public int FalsePieces { get; set; }

    public void Waste(double bytes) => (Came, Wasted) = (Came + bytes, Wasted + bytes);
}
