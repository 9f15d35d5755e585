using Haul.Engine.Peers;
using Haul.Engine.Transfers;

namespace Haul.Engine.Uploads;

/// <summary>Contents that are complete, kept for peers.</summary>
sealed class KeptContents(PeerHub hub, TimeProvider time)
{
    /// <summary>Contents that are kept open; of more, the oldest go.</summary>
    const int CountMax = 256;

    /// <summary>How long one is kept (DOMaxCacheAge: three days).</summary>
    static readonly TimeSpan _ageMax = TimeSpan.FromDays(3);

    readonly Lock _gate = new();
    readonly Queue<(KeptContent Content, DateTimeOffset Since)> _kept = [];

    /// <summary>Takes a content over: its seat goes on giving. Any thread.</summary>
    public void Keep(KeptContent content)
    {
        lock (_gate)
        {
            _kept.Enqueue((content, time.GetUtcNow()));
            while (_kept.Count > CountMax || time.GetUtcNow() - _kept.Peek().Since > _ageMax)
                Drop(_kept.Dequeue().Content);
        }
    }

    void Drop(KeptContent content)
    {
        hub.Leave(content.Seat);
        content.File.Dispose();
    }
}
