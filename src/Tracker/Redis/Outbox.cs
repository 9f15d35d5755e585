using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>What other trackers are to hear, until it goes into the journal with the next exchange. Any thread.</summary>
sealed class Outbox
{
    // Four mebibytes, forty thousand announces: more than a second of all that a core does. While the Redis is gone more would come and is not kept: what
    // those agents say next is news then.
    const int BatchesMax = 64;

    readonly Lock _gate = new();
    readonly Queue<JournalBatch> _full = new();
    readonly Stack<JournalBatch> _spare = new();
    JournalBatch? _open;

    /// <summary>More can be told.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return _full.Count < BatchesMax;
        }
    }

    /// <summary>There is more than one batch takes.</summary>
    public bool IsPressing
    {
        get
        {
            lock (_gate)
                return _full.Count > 0;
        }
    }

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
            if (_open is { HasRoom: false })
            {
                _full.Enqueue(_open);
                _open = null;
            }
            _open ??= _spare.TryPop(out var spare) ? spare : new JournalBatch();
            _open.Add(announce, answer, news);
        }
    }

    /// <summary>The oldest of what is to be told, which is no longer here; null for nothing.</summary>
    public JournalBatch? Take()
    {
        lock (_gate)
        {
            if (_full.TryDequeue(out var oldest))
                return oldest;
            oldest = _open;
            _open = null;
            return oldest;
        }
    }

    /// <summary>Takes back a batch that is in the journal, to be filled again.</summary>
    public void Return(JournalBatch batch)
    {
        batch.Clear();
        lock (_gate)
            _spare.Push(batch);
    }
}
