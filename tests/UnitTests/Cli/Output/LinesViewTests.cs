using Haul.Cli.Output;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Cli.Output;

/// <summary>What is written when nobody watches on a terminal.</summary>
public sealed class LinesViewTests
{
    readonly StringWriter _out = new() { NewLine = "\n" };
    readonly StringWriter _error = new() { NewLine = "\n" };
    readonly FakeTimeProvider _time = new();

    LinesView View() => new(new Terminal { Out = _out, Error = _error, IsLive = false }, _time);

    [Fact]
    public void A_file_is_told_of_when_it_starts_at_each_tenth_and_when_it_is_here()
    {
        var view = View();
        foreach (var here in new ulong[] { 0, 50, 99, 100, 180, 450, 999 })
        {
            view.Show(Snapshots.Job(JobState.Transferring, here), [Snapshots.File(0, here)]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        view.Show(Snapshots.Job(JobState.Transferred, 1000), [Snapshots.File(0, 1000, isTransferred: true)]);
        view.Show(Snapshots.Job(JobState.Transferred, 1000), [Snapshots.File(0, 1000, isTransferred: true)]);

        Assert.Equal(
            ["started, 1.00 kB", "10 %, 100 B", "40 %, 450 B", "90 %, 999 B", "done, 1.00 kB"],
            _error.ToString().TrimEnd().Split('\n').Select(line => line.Replace("haul: file0: ", "", StringComparison.Ordinal).Split(" of ")[0]));
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public void A_file_that_an_earlier_get_fetched_is_not_told_of_again()
    {
        var view = View();
        FileSnapshot[] files = [Snapshots.File(0, 1000, isTransferred: true), Snapshots.File(1, 0, connections: 0)];
        view.Began(Snapshots.Job(JobState.Queued, 1000), files, new GetGround(IsInProcess: true, IsResumed: true));
        view.Show(Snapshots.Job(JobState.Queued, 1000), files);

        Assert.Equal("haul: resuming: 1.00 kB are here already\n", _error.ToString());
    }

    [Fact]
    public void A_wait_is_told_of_once_with_its_reason_and_the_next_try()
    {
        var view = View();
        var retry = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var error = new JobErrorSnapshot(ErrorContext.None, HResults.WININET_E_TIMEOUT, "no \u001b answer", 0, retry);
        view.Show(Snapshots.Job(JobState.TransientError, error: error), []);
        view.Show(Snapshots.Job(JobState.TransientError, error: error), []);

        var line = Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.StartsWith("haul: waiting: no ? answer [WININET_E_TIMEOUT 0x80072EE2]; next try at ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_place_is_one_line_of_results()
    {
        View().Done([new FileReport(Snapshots.File(0, 1_000_000), TimeSpan.FromSeconds(2), 500_000)]);

        Assert.Equal("file0  1.00 MB  2.00 s  250 kB/s  sha256:ab12\n", _out.ToString());
    }
}
