namespace Haul.SystemTests.Origins;

/// <summary>How a connection is brought to its end in the middle of an answer.</summary>
enum Break
{
    /// <summary>The TCP connection is closed; TLS gets no close_notify.</summary>
    Close,

    /// <summary>The TCP connection is reset.</summary>
    Reset,

    /// <summary>The TCP connection is closed within a TLS record; without TLS as <see cref="Close"/>.</summary>
    CutRecord,
}

/// <summary>What happens on the wire while an answer is sent; offsets count the bytes of the body.</summary>
sealed class Delivery
{
    /// <summary>A wait before the first byte of the answer.</summary>
    public TimeSpan HoldsHead { get; set; }

    /// <summary>Complete interim answers sent before the head.</summary>
    public List<string> Interims { get; } = [];

    public string LineEnd { get; set; } = "\r\n";

    public bool IsChunked { get; set; }

    /// <summary>The offset where, instead of the size of a chunk, something else is sent.</summary>
    public long? ChunkGarbageAt { get; set; }

    public long? StallsAt { get; set; }

    public TimeSpan StallsFor { get; set; } = Timeout.InfiniteTimeSpan;

    public long? BreaksAt { get; set; }

    public Break Break { get; set; }

    /// <summary>Bytes per second of this connection; 0 for no limit.</summary>
    public long BytesPerSecond { get; set; }
}
