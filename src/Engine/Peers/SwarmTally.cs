namespace Haul.Engine.Peers;

/// <summary>Bytes of one content that this agent has moved since it took its seat in the swarm. Any thread.</summary>
sealed class SwarmTally
{
    long _fetchedBytes;
    long _keptBytes;
    long _givenBytes;

    /// <summary>Bytes that origins sent, those of no use included: what they had to carry.</summary>
    public long FetchedBytes => Volatile.Read(ref _fetchedBytes);

    /// <summary>Bytes of pieces that came, from anyone, and were kept.</summary>
    public long KeptBytes => Volatile.Read(ref _keptBytes);

    /// <summary>Bytes given to peers.</summary>
    public long GivenBytes => Volatile.Read(ref _givenBytes);

    public void CountFetched(int bytes) => Interlocked.Add(ref _fetchedBytes, bytes);

    public void CountKept(int bytes) => Interlocked.Add(ref _keptBytes, bytes);

    public void CountGiven(int bytes) => Interlocked.Add(ref _givenBytes, bytes);
}
