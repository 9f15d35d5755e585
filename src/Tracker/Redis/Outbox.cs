using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Redis;

/// <summary>What other trackers are to hear, until it goes into the journal with the next exchange. Any thread.</summary>
sealed class Outbox
{
    // Four mebibytes, forty thousand announces: more than a second of all that a core does. While the Redis is gone more would come and is not kept: what
    // those agents say next is news then.
    const int BatchesMax = 64;

    // A mebibyte in one call, which the Redis takes in a millisecond.
    const int TakenMax = 16;

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

    /// <summary>There is more than goes with one exchange.</summary>
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

    /// <summary>Moves the oldest of what is to be told to a list.</summary>
    public void Take(ICollection<JournalBatch> taken)
    {
        lock (_gate)
        {
            while (taken.Count < TakenMax && _full.TryDequeue(out var oldest))
                taken.Add(oldest);
            if (taken.Count == TakenMax || _open is null)
                return;
            taken.Add(_open);
            _open = null;
        }
    }

    /// <summary>Takes back batches that are in the journal, to be filled again.</summary>
    public void Return(IEnumerable<JournalBatch> batches)
    {
        lock (_gate)
        {
            foreach (var batch in batches)
            {
                batch.Clear();
                _spare.Push(batch);
            }
        }
    }
}
