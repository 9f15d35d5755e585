using Haul.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Cli.Output;

/// <summary>The rate that is shown.</summary>
public sealed class RateMeterTests
{
    readonly FakeTimeProvider _time = new();

    RateMeter Metering(params (double Seconds, ulong Bytes)[] samples)
    {
        var meter = new RateMeter(_time);
        foreach (var (seconds, bytes) in samples)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            meter.Take(bytes);
        }
        return meter;
    }

    [Fact]
    public void A_steady_rate_is_exact() => Assert.Equal(100, Metering((0, 0), (1, 100), (0.2, 120), (3, 420)).BytesPerSecond, 6);

    [Fact]
    public void The_wait_for_the_first_byte_does_not_count() => Assert.Equal(100, Metering((0, 0), (5, 0), (1, 100)).BytesPerSecond, 6);

    [Fact]
    public void A_change_shows_by_half_after_two_seconds_however_often_one_looks()
    {
        var once = Metering((0, 0), (10, 1000), (2, 1000));
        var often = Metering((0, 0), (10, 1000), (0.5, 1000), (0.5, 1000), (0.5, 1000), (0.5, 1000));

        Assert.Equal(50, once.BytesPerSecond, 6);
        Assert.Equal(50, often.BytesPerSecond, 6);
    }

    [Fact]
    public void A_file_that_starts_over_is_measured_anew()
    {
        var meter = Metering((0, 0), (1, 1000), (1, 10));
        Assert.Equal(0, meter.BytesPerSecond);

        _time.Advance(TimeSpan.FromSeconds(1));
        meter.Take(40);
        Assert.Equal(30, meter.BytesPerSecond, 6);
    }

    [Fact]
    public void The_time_left_is_said_only_when_it_can_be()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Metering((0, 0), (1, 100)).Remaining(500));
        Assert.Null(Metering((0, 0)).Remaining(500));
        Assert.Null(Metering((0, 0), (1, 1)).Remaining(ulong.MaxValue));
    }
}
