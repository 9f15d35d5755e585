using Haul.Engine.Downloads;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Downloads;

/// <summary>The table of downloads, cell by cell.</summary>
public sealed class DownloadTableTests
{
    // "=": S_OK and unchanged; a state: S_OK and that state; INV: DO_E_INVALID_STATE; RANGES: DO_E_DOWNLOAD_RANGES_EXPECTED.
    const string Cells = """
        state         StartAgain    Start         Pause   Finalize   Abort
        Created       RANGES        Transferring  =       INV        Aborted
        Transferring  =             =             Paused  INV        Aborted
        Transferred   =             Transferring  =       Finalized  Aborted
        Paused        Transferring  Transferring  =       INV        Aborted
        Finalized     INV           INV           INV     =          INV
        Aborted       INV           INV           INV     INV        =
        """;

    public static TheoryData<string, string, string> AllCells()
    {
        var rows = Cells.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var data = new TheoryData<string, string, string>();
        foreach (var row in rows.Skip(1))
        {
            for (var column = 1; column < row.Length; column++)
                data.Add(row[0], rows[0][column], row[column]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(AllCells))]
    public void An_operation_does_what_its_cell_says(string state, string operation, string expected)
    {
        var cell = DownloadTable.On(Enum.Parse<DownloadState>(state), Enum.Parse<DownloadOperation>(operation));

        Assert.Equal(expected switch
        {
            "=" => new DownloadCell(null, S_OK),
            "INV" => new DownloadCell(null, DO_E_INVALID_STATE),
            "RANGES" => new DownloadCell(null, DO_E_DOWNLOAD_RANGES_EXPECTED),
            _ => new DownloadCell(Enum.Parse<DownloadState>(expected), S_OK),
        }, cell);
    }

    [Fact]
    public void Every_operation_has_a_cell_in_every_state() =>
        Assert.Equal(Enum.GetValues<DownloadState>().Length * Enum.GetValues<DownloadOperation>().Length, AllCells().Count);

    // A job's state, its error, whether the download was ever started, and what it is then.
    [Theory]
    [InlineData(JobState.Suspended, 0u, false, DownloadState.Created)]
    [InlineData(JobState.Suspended, 0u, true, DownloadState.Paused)]
    [InlineData(JobState.Queued, 0u, true, DownloadState.Transferring)]
    [InlineData(JobState.Transferring, 0u, true, DownloadState.Transferring)]
    [InlineData(JobState.TransientError, 0x801901F4u, true, DownloadState.Transferring)]
    [InlineData(JobState.TransientError, 0x80D03805u, true, DownloadState.Paused)]
    [InlineData(JobState.Error, 0x80190194u, true, DownloadState.Paused)]
    [InlineData(JobState.Transferred, 0u, true, DownloadState.Transferred)]
    [InlineData(JobState.Acknowledged, 0u, true, DownloadState.Finalized)]
    [InlineData(JobState.Cancelled, 0u, false, DownloadState.Aborted)]
    public void A_job_in_a_state_is_a_download_in_another(JobState job, uint error, bool wasStarted, DownloadState expected) =>
        Assert.Equal(expected, DownloadView.StateOf(job, new HResult(unchecked((int)error)), wasStarted));
}
