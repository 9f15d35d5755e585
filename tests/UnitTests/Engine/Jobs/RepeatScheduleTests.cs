using CsCheck;
using Haul.Engine.Jobs;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>When something is tried again.</summary>
public sealed class RepeatScheduleTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void A_transfer_waits_twice_as_long_each_time_up_to_a_minute(int attempt, int seconds) =>
        AssertWithin(seconds, random => RepeatSchedule.Transfer(attempt, 0, null, random));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 16)]
    [InlineData(10, 512)]
    [InlineData(11, 600)]
    [InlineData(int.MaxValue, 600)]
    public void A_callback_waits_twice_as_long_each_time_up_to_ten_minutes(int attempt, int seconds) =>
        AssertWithin(seconds, random => RepeatSchedule.Callback(attempt, random));

    [Fact]
    public void Machines_that_failed_together_do_not_come_back_together() =>
        Assert.True(Enumerable.Range(0, 100).Select(seed => RepeatSchedule.Transfer(3, 0, null, new Random(seed))).Distinct().Count() > 90);

    [Fact]
    public void The_job_s_least_delay_is_kept()
    {
        Assert.Equal(600 * _second, RepeatSchedule.Transfer(1, 600, null, new Random(1)));
        Assert.Equal(uint.MaxValue * _second, RepeatSchedule.Transfer(50, uint.MaxValue, null, new Random(1)));
    }

    [Fact]
    public void What_the_server_asks_for_is_kept_up_to_an_hour()
    {
        Assert.Equal(90 * _second, RepeatSchedule.Transfer(1, 0, 90 * _second, new Random(1)));
        Assert.Equal(TimeSpan.FromHours(1), RepeatSchedule.Transfer(1, 0, TimeSpan.FromDays(365), new Random(1)));
    }

    [Fact]
    public void A_server_cannot_make_a_wait_shorter() =>
        Gen.Select(Gen.Int[1, 100], Gen.UInt[0, 100_000], Gen.Int[-10, 100_000], Gen.Int).Sample((attempt, least, asked, seed) =>
        {
            var alone = RepeatSchedule.Transfer(attempt, least, null, new Random(seed));
            return RepeatSchedule.Transfer(attempt, least, asked * _second, new Random(seed)) >= (alone < TimeSpan.FromHours(1) ? alone : TimeSpan.FromHours(1));
        });

    static void AssertWithin(int seconds, Func<Random, TimeSpan> wait) =>
        Assert.All(Enumerable.Range(0, 100), seed => Assert.InRange(wait(new Random(seed)), seconds * _second, seconds * 1.25 * _second));
}
