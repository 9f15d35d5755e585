using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>Announces that go into the journal together: a byte for how the rest is written, then one announce after the other.</summary>
/// <remarks>Small enough to be used again and again, and to be read, without a place on the collector's heap of large objects (85,000 bytes).</remarks>
sealed class JournalBatch
{
    /// <summary>How announces are written at present; batches that begin with another number are a later program's.</summary>
    public const byte Version = 1;

    /// <summary>Bytes of a batch at most.</summary>
    public const int BytesMax = 64 << 10;

    readonly byte[] _bytes = new byte[BytesMax];
    int _count;

    public JournalBatch() => Clear();

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _count);

    /// <summary>When the last of the agents is forgotten, in seconds of Unix time.</summary>
    public uint ExpiresAt { get; private set; }

    /// <summary>Any announce fits in.</summary>
    public bool HasRoom => BytesMax - _count >= JournalWriter.BytesMax;

    /// <summary>Adds what is news of an announce; there has to be room.</summary>
    /// <param name="announce">The announce.</param>
    /// <param name="answer">Its answer, which tells what is news.</param>
    /// <param name="news">How many of its swarms are.</param>
    public void Add(Announce announce, AnnounceAnswer answer, int news)
    {
        var writer = new JournalWriter(_bytes.AsSpan(_count));
        writer.Write(announce, answer, news);
        _count += writer.At;
        ExpiresAt = Math.Max(ExpiresAt, announce.ExpiresAt);
    }

    public void Clear()
    {
        _bytes[0] = Version;
        (_count, ExpiresAt) = (1, 0);
    }
}
