using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>What other trackers are to hear, until it goes into the journal with the next exchange. Any thread.</summary>
sealed class Outbox
{
    // Ten thousand announces: half a second of all that a core does. While the Redis is gone more would come and is not kept: what those
    // agents say next is news then.
    const int BytesMax = 1 << 20;
    const int BytesMin = 16 << 10;

    readonly Lock _gate = new();
    byte[] _bytes = new byte[BytesMin];
    int _count;
    uint _expiresAt;

    /// <summary>More can be told.</summary>
    public bool HasRoom => Volatile.Read(ref _count) < BytesMax;

    /// <summary>Takes what is news of an announce.</summary>
    public void Add(Announce announce, AnnounceAnswer answer)
    {
        var news = 0;
        foreach (ref readonly var swarm in answer.Swarms)
            news += swarm.IsNews ? 1 : 0;
        if (news == 0 || !announce.CanBeTold)
            return;
        lock (_gate)
        {
            if (_bytes.Length - _count < JournalWriter.BytesMax)
                Array.Resize(ref _bytes, _bytes.Length * 2);
            if (_count == 0)
                (_bytes[0], _count, _expiresAt) = (JournalBatch.Version, 1, 0);
            var writer = new JournalWriter(_bytes.AsSpan(_count));
            writer.Write(announce, answer, news);
            _count += writer.At;
            _expiresAt = Math.Max(_expiresAt, announce.ExpiresAt);
        }
    }

    /// <summary>All that is to be told, which is no longer here; null for nothing.</summary>
    public JournalBatch? Take()
    {
        lock (_gate)
        {
            if (_count == 0)
                return null;
            var batch = new JournalBatch(_bytes.AsMemory(0, _count), _expiresAt);
            (_bytes, _count) = (new byte[BytesMin], 0);
            return batch;
        }
    }
}

/// <summary>Announces that go into the journal together.</summary>
/// <param name="Bytes">A byte for how the rest is written, then one announce after the other.</param>
/// <param name="ExpiresAt">When the last of the agents is forgotten, in seconds of Unix time.</param>
sealed record JournalBatch(ReadOnlyMemory<byte> Bytes, uint ExpiresAt)
{
    /// <summary>How announces are written at present; batches that begin with another number are a later program's.</summary>
    public const byte Version = 1;
}
