using CsCheck;
using Haul.Engine.Bandwidth;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Bandwidth;

/// <summary>So many bytes per second and no more.</summary>
public sealed class RateLimitTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bytes_are_paid_for_after_they_came()
    {
        var limit = new RateLimit(1000, _time);

        Assert.Equal(1, limit.Book(1000).TotalSeconds, 6);
        Assert.Equal(1.5, limit.Book(500).TotalSeconds, 6);
    }

    [Fact]
    public void Waiting_pays()
    {
        var limit = new RateLimit(1000, _time);
        limit.Book(1000);
        _time.Advance(TimeSpan.FromMilliseconds(600));

        Assert.Equal(0.9, limit.Book(500).TotalSeconds, 6);
    }

    [Fact]
    public void A_pause_is_saved_up_for_a_tenth_of_a_second_only()
    {
        var limit = new RateLimit(1000, _time);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.Zero, limit.Book(100));
        Assert.Equal(0.1, limit.Book(100).TotalSeconds, 6);
    }

    [Theory]
    [InlineData(1L, 256)]
    [InlineData(1024L, 256)]
    [InlineData(100_000L, 10_000)]
    [InlineData(long.MaxValue, 1 << 20)]
    public void One_read_asks_for_a_tenth_of_a_second_at_most(long rate, int bytes) => Assert.Equal(bytes, new RateLimit(rate, _time).ReadBytesMax);

    [Fact]
    public void Over_any_time_no_more_comes_through_than_the_rate_and_a_tenth_of_a_second() =>
        Gen.Select(Gen.Int[1024, 10_000_000], Gen.Select(Gen.Int[1, 100_000], Gen.Int[0, 300]).Array[1, 100]).Sample((rate, reads) =>
        {
            var time = new FakeTimeProvider();
            var limit = new RateLimit(rate, time);
            var start = time.GetTimestamp();
            long bytes = 0;
            foreach (var (count, idleMilliseconds) in reads)
            {
                time.Advance(TimeSpan.FromMilliseconds(idleMilliseconds));
                bytes += count;
                time.Advance(limit.Book(count));
            }
            return bytes <= rate * (time.GetElapsedTime(start).TotalSeconds + 0.1) * 1.0001 + reads.Length;
        });

    [Fact]
    public void Who_always_reads_gets_the_whole_rate()
    {
        var limit = new RateLimit(50_000, _time);
        var start = _time.GetTimestamp();
        for (var i = 0; i < 100; i++)
            _time.Advance(limit.Book(5000));

        Assert.Equal(10, _time.GetElapsedTime(start).TotalSeconds, 3);
    }
}
