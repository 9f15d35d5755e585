using Haul.Tracker.Announces;
using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.Time.Testing;

namespace Haul.SystemTests.Tracker;

/// <summary>Two trackers over one Redis that agents ask in turn, as if they were one register.</summary>
/// <param name="one">The first.</param>
/// <param name="other">The second.</param>
/// <param name="time">The time of both.</param>
sealed class TakingTurns(SharedSwarms one, SharedSwarms other, FakeTimeProvider time) : ISwarmRegister
{
    int _turn;

    public RegisterSize Size
    {
        get
        {
            Assert.Equal(one.Size, other.Size);
            return one.Size;
        }
    }

    public bool IsAlone => one.IsAlone || other.IsAlone;

    public void Announce(Announce announce, AnnounceAnswer answer)
    {
        GoTo(announce.Now);
        (Interlocked.Increment(ref _turn) % 2 == 0 ? one : other).Announce(announce, answer);
    }

    public void Sweep(uint now)
    {
        one.Sweep(now);
        other.Sweep(now);
    }

    /// <summary>Has both tell each other what they have heard.</summary>
    public async Task SettleAsync()
    {
        await one.ExchangeAsync();
        await other.ExchangeAsync();
        await one.ExchangeAsync();
    }

    void GoTo(uint now)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(now);
        lock (time)
        {
            if (moment > time.GetUtcNow())
                time.SetUtcNow(moment);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await other.DisposeAsync();
    }
}
