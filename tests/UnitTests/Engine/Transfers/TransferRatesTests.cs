using Haul.Engine.Transfers;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>How fast the connections of one transfer are.</summary>
public sealed class TransferRatesTests : IDisposable
{
    readonly FakeTimeProvider _time = new();
    readonly CancellationTokenSource _stop = new();
    readonly TransferRates _rates;

    public TransferRatesTests() => _rates = new TransferRates(_time);

    [Fact]
    public void Without_connections_there_is_no_rate()
    {
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((0, 0), _rates.Look([]));
        Assert.Equal(0, _rates.PerConnection);
    }

    [Fact]
    public void Rates_are_bytes_since_the_last_look_by_the_time_since()
    {
        var (slow, fast) = (Lease(), Lease());
        Come(slow, 1000, waited: 1.5);
        Come(fast, 9000, waited: 0.5);
        _time.Advance(TimeSpan.FromSeconds(2));

        var (rate, waitShare) = _rates.Look([slow, fast]);

        Assert.Equal((5000, 0.5), (rate, waitShare));
        Assert.Equal((500, 4500, 2500), (_rates.Of(slow), _rates.Of(fast), _rates.PerConnection));
    }

    [Fact]
    public void What_came_before_the_last_look_does_not_count_again()
    {
        var lease = Lease();
        Come(lease, 1000, waited: 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        _rates.Look([lease]);
        Come(lease, 50, waited: 0.25);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((50, 0.25), _rates.Look([lease]));
    }

    [Fact]
    public void A_new_connection_is_taken_for_an_average_one()
    {
        var lease = Lease();
        Come(lease, 1000, waited: 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        _rates.Look([lease]);

        Assert.Equal(1000, _rates.Of(Lease()));
    }

    [Fact]
    public void A_wait_that_was_booked_late_is_not_more_than_all_the_time()
    {
        var lease = Lease();
        Come(lease, 1, waited: 30);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, _rates.Look([lease]).WaitShare);
    }

    [Fact]
    public void Two_looks_at_one_moment_do_not_divide_by_zero()
    {
        var lease = Lease();
        _rates.Look([lease]);

        Assert.True(double.IsFinite(_rates.Look([lease]).BytesPerSecond));
    }

    public void Dispose() => _stop.Dispose();

    Lease Lease() => new(0, 1, _stop);

    void Come(Lease lease, long bytes, double waited)
    {
        lease.Bytes += bytes;
        lease.Waited += (long)(waited * _time.TimestampFrequency);
    }
}
