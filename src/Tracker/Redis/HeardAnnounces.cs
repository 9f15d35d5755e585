using Haul.Tracker.Announces;
using Haul.Tracker.Memory;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.Logging;

namespace Haul.Tracker.Redis;

/// <summary>Books what other trackers have heard. Not thread-safe.</summary>
/// <param name="swarms">Where it is booked.</param>
/// <param name="isServed">Which groups agents are told of here: those of others are not kept.</param>
/// <param name="lines">Where it is told that something cannot be read.</param>
sealed class HeardAnnounces(MemorySwarms swarms, Func<UInt128, bool> isServed, ILogger lines)
{
    readonly Announce _heard = new();
    readonly AnnounceAnswer _unasked = new();
    bool _saidUnread;

    /// <summary>Books a batch as far as it can be read.</summary>
    /// <param name="batch">Of the journal; an empty one is one's own.</param>
    /// <param name="now">In seconds of Unix time.</param>
    public void Book(ReadOnlySpan<byte> batch, uint now)
    {
        if (batch is [])
            return;
        var reader = new JournalReader(batch);
        while (!reader.IsAtEnd)
        {
            _heard.Clear();
            _unasked.Clear();
            if (!reader.TryRead(_heard))
            {
                SayUnread();
                return;
            }
            // Another's clock may be ahead: nobody lives longer for that, and what he says here later counts.
            var ahead = _heard.Now - Math.Min(_heard.Now, now);
            (_heard.Now, _heard.ExpiresAt) = (_heard.Now - ahead, _heard.ExpiresAt - ahead);
            (_heard.IsHeard, _heard.CanBeTold) = (true, true);
            if (_heard.ExpiresAt > now && isServed(_heard.Group))
                swarms.Announce(_heard, _unasked);
        }
    }

    void SayUnread()
    {
        if (_saidUnread)
            return;
        _saidUnread = true;
        TrackerLog.EntryUnread(lines);
    }
}
