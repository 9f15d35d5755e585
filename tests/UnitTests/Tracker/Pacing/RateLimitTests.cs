using Haul.Tracker.Pacing;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Tracker.Pacing;

/// <summary>Token buckets.</summary>
public sealed class RateLimitTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_bucket_is_full_at_first_and_fills_again()
    {
        var limit = new RateLimit(2, 10, _time);

        Assert.Null(limit.Take(1, 10));
        Assert.Equal(TimeSpan.FromSeconds(0.5), limit.Take(1, 1));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(limit.Take(1, 1));
        Assert.NotNull(limit.Take(1, 1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(limit.Take(1, 10));
        Assert.NotNull(limit.Take(1, 1));
    }

    [Fact]
    public void What_is_refused_takes_nothing()
    {
        var limit = new RateLimit(1, 10, _time);

        Assert.NotNull(limit.Take(1, 11));
        Assert.Null(limit.Take(1, 10));
    }

    [Fact]
    public void Keys_have_buckets_of_their_own()
    {
        var limit = new RateLimit(1, 5, _time);
        for (var taken = 0; taken < 5; taken++)
            limit.Take(0, 1);

        // One place of 131,072 is empty.
        Assert.InRange(Enumerable.Range(1, 1000).Count(key => limit.Take((UInt128)key << 40, 1) is not null), 0, 20);
    }
}
