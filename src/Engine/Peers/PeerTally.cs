namespace Haul.Engine.Peers;

/// <summary>What came over a connection: bytes of pieces, and those of them that were of no use. Written by one thread, read by any.</summary>
sealed class PeerTally
{
    long _takenBytes;
    long _wasteBytes;

    /// <summary>Bytes of pieces that came.</summary>
    public long TakenBytes => Volatile.Read(ref _takenBytes);

    /// <summary>Of those, what was cancelled, came twice, or was false.</summary>
    public long WasteBytes => Volatile.Read(ref _wasteBytes);

    public void CountTaken(int bytes) => Interlocked.Add(ref _takenBytes, bytes);

    public void CountWaste(int bytes) => Interlocked.Add(ref _wasteBytes, bytes);
}
