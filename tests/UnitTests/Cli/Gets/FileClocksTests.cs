using Haul.Cli.Gets;
using Haul.UnitTests.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Cli.Gets;

/// <summary>How long each file took.</summary>
public sealed class FileClocksTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_file_s_time_runs_from_its_first_byte_to_its_last()
    {
        var clocks = new FileClocks(_time);
        clocks.Look([Snapshots.File(0, 0, connections: 0)]);
        _time.Advance(TimeSpan.FromSeconds(10));
        clocks.Look([Snapshots.File(0, 0, connections: 0)]);
        _time.Advance(TimeSpan.FromSeconds(1));
        clocks.Look([Snapshots.File(0, 500)]);
        _time.Advance(TimeSpan.FromSeconds(1));
        var whole = Snapshots.File(0, 1000, isTransferred: true);
        clocks.Look([whole]);
        _time.Advance(TimeSpan.FromSeconds(10));

        var report = clocks.Report(whole);
        Assert.Equal(TimeSpan.FromSeconds(2), report.Time);
        Assert.Equal(500, report.BytesPerSecond);
    }

    [Fact]
    public void A_resumed_file_s_rate_counts_only_what_came_now()
    {
        var clocks = new FileClocks(_time);
        clocks.Discount([Snapshots.File(0, 900)]);
        _time.Advance(TimeSpan.FromSeconds(1));
        var whole = Snapshots.File(0, 1000, isTransferred: true);
        clocks.Look([whole]);

        Assert.Equal(100UL, clocks.Report(whole).Bytes);
        Assert.Equal(TimeSpan.FromSeconds(1), clocks.Report(whole).Time);
    }
}
