using System.Globalization;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>Agents that find each other by a tracker, and what it counts of them.</summary>
public sealed class TrackedSwarmTests : IAsyncDisposable
{
    const int Length = 8_000_000;

    readonly TempDirectory _directory = new();
    readonly string _address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}");
    SwarmRig _site = null!;

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_tracker_knows_how_many_copies_the_origin_gave()
    {
        _site = await SwarmRig.StartAsync(Length);
        await using var tracker = RunningProgram.Start(HaulProgram.Path, "tracker", "--listen", _address, "--open", "--loopback", "--interval", "5s");
        await tracker.WaitForLineAsync(tracker.Errors, line => line.Contains("answers at", StringComparison.Ordinal));
        var first = await _site.AgentAsync("first", null, "--tracker", _address);
        await _site.GetAsync(first);
        var second = await _site.AgentAsync("second", null, [.. first.AsPeer, "--tracker", _address]);
        await _site.GetSlowlyAsync(second);

        var metrics = await MetricsAsync(await _site.TakenAsync(second));

        Assert.InRange(_site.OriginBytes, Length, (2 * Length) - 1);
        // What was on its way when an agent wanted no more of it, only the origin knows; and the first byte comes before there is a swarm.
        const string Sum = "haul_tracker_origin_bytes_total{mode=\"lan\"} ";
        var fromOrigin = long.Parse(metrics.Split('\n').Single(line => line.StartsWith(Sum, StringComparison.Ordinal))[Sum.Length..], CultureInfo.InvariantCulture);
        Assert.InRange(fromOrigin, Length - 1, _site.OriginBytes);
        Assert.Contains($"haul_tracker_content_bytes_total{{mode=\"lan\"}} {Length}\n", metrics, StringComparison.Ordinal);
        var status = await _site.StatusAsync(first);
        Assert.Contains($"Tracker:    {_address}/: answered ", status, StringComparison.Ordinal);
    }

    /// <summary>What the tracker counts, once it has heard of all that the first has given.</summary>
    async Task<string> MetricsAsync(long taken)
    {
        for (var tries = 0; ; tries++)
        {
            await using var curl = await RunningProgram.RunAsync("curl", "-q", "-sS", $"{_address}/v1/metrics");
            if (curl.Output.Text.Contains($"haul_tracker_uploaded_bytes_total{{mode=\"lan\"}} {taken}", StringComparison.Ordinal)
                && curl.Output.Text.Contains($"haul_tracker_downloaded_bytes_total{{mode=\"lan\"}} {2 * Length}", StringComparison.Ordinal))
            {
                return curl.Output.Text;
            }
            Assert.True(tries < 300, curl.Output.Text);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
