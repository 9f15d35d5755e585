using Haul.Engine.Jobs;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>The table of the contract, section 10.1, cell by cell.</summary>
public sealed class JobTableTests
{
    // "=": S_OK and unchanged; a state: S_OK and that state; INV: DO_E_INVALID_STATE; none: DO_E_ERROR_INFORMATION_UNAVAILABLE.
    // Queued instead of Transferring, where Resume has to wait for a slot, is up to the jobs' loop.
    const string Cells = """
        state           AddFile  Resume        Suspend    Cancel     Complete      GetError  SetNotify  Set  Get
        Suspended       =        Transferring  =          Cancelled  Acknowledged  none      =          =    =
        Queued          =        =             Suspended  Cancelled  Acknowledged  none      =          =    =
        Transferring    =        =             Suspended  Cancelled  Acknowledged  none      =          =    =
        TransientError  =        Transferring  Suspended  Cancelled  Acknowledged  =         =          =    =
        Error           =        Transferring  =          Cancelled  Acknowledged  =         =          =    =
        Transferred     =        Transferring  =          Cancelled  Acknowledged  none      =          =    =
        Acknowledged    INV      INV           INV        INV        INV           none      INV        INV  =
        Cancelled       INV      INV           INV        INV        INV           none      INV        INV  =
        """;

    // From, what happened, to. The first rows are the contract's.
    const string Events = """
        Transferring    LastFileTransferred  Transferred
        Transferring    RecoverableError     TransientError
        Transferring    FatalError           Error
        Transferring    SlotLost             Queued
        Queued          SlotFree             Transferring
        Queued          RecoverableError     TransientError
        TransientError  RetryDue             Transferring
        TransientError  NoProgress           Error
        Suspended       TooOld               Cancelled
        Queued          TooOld               Cancelled
        Transferring    TooOld               Cancelled
        TransientError  TooOld               Cancelled
        Error           TooOld               Cancelled
        Transferred     TooOld               Cancelled
        """;

    // The contract's events with one step left out: the last file may be proved while the job waits for a slot for others, and what
    // waits or retries may meet what no waiting mends.
    const string ShortCuts = """
        Queued          LastFileTransferred  Transferred
        Queued          FatalError           Error
        TransientError  FatalError           Error
        """;

    static readonly JobState[] _states = [.. Enum.GetValues<JobState>().Where(state => state != JobState.Connecting)];

    public static TheoryData<string, string, string> AllCells()
    {
        var rows = Rows(Cells);
        var data = new TheoryData<string, string, string>();
        foreach (var row in rows.Skip(1))
        {
            for (var column = 1; column < row.Length; column++)
                data.Add(row[0], rows[0][column], row[column]);
        }
        return data;
    }

    public static TheoryData<string, string, string> AllEvents()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var row in Rows(Events).Concat(Rows(ShortCuts)))
            data.Add(row[0], row[1], row[2]);
        return data;
    }

    [Theory]
    [MemberData(nameof(AllCells))]
    public void An_operation_does_what_its_cell_says(string state, string operation, string expected)
    {
        var cell = JobTable.On(Enum.Parse<JobState>(state), Enum.Parse<JobOperation>(operation));

        Assert.Equal(Cell(expected), cell);
    }

    [Fact]
    public void Every_operation_has_a_cell_in_every_state_that_is_entered()
    {
        var cells = AllCells().Select(row => (row.Data.Item1, row.Data.Item2)).ToHashSet();

        Assert.Equal(_states.Length * Enum.GetValues<JobOperation>().Length, cells.Count);
        Assert.All(_states, state => Assert.All(Enum.GetNames<JobOperation>(), operation => Assert.Contains((state.ToString(), operation), cells)));
    }

    [Theory]
    [InlineData(JobState.Suspended)]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Transferring)]
    [InlineData(JobState.TransientError)]
    [InlineData(JobState.Error)]
    [InlineData(JobState.Transferred)]
    public void Resume_of_a_job_without_files_is_refused_and_changes_nothing(JobState state) =>
        Assert.Equal(new JobCell(null, DO_E_JOB_EMPTY), JobTable.Resume(state, hasFiles: false, hasMissingFiles: false));

    [Theory]
    [InlineData(JobState.Acknowledged)]
    [InlineData(JobState.Cancelled)]
    public void Resume_of_a_final_job_is_refused_for_its_state_whatever_its_files(JobState state) =>
        Assert.All([(false, false), (true, false), (true, true)], files =>
            Assert.Equal(new JobCell(null, DO_E_INVALID_STATE), JobTable.Resume(state, files.Item1, files.Item2)));

    [Fact]
    public void Resume_of_a_transferred_job_with_nothing_missing_changes_nothing() =>
        Assert.Equal(new JobCell(null, S_OK), JobTable.Resume(JobState.Transferred, hasFiles: true, hasMissingFiles: false));

    [Theory]
    [InlineData(JobState.Suspended)]
    [InlineData(JobState.TransientError)]
    [InlineData(JobState.Error)]
    [InlineData(JobState.Transferred)]
    public void Resume_of_a_resting_job_with_missing_files_starts_it(JobState state) =>
        Assert.Equal(new JobCell(JobState.Transferring, S_OK), JobTable.Resume(state, hasFiles: true, hasMissingFiles: true));

    [Theory]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Transferring)]
    public void Resume_of_a_job_under_way_changes_nothing(JobState state) =>
        Assert.All([true, false], missing => Assert.Equal(new JobCell(null, S_OK), JobTable.Resume(state, hasFiles: true, missing)));

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void An_event_leads_where_its_row_says(string from, string happening, string to) =>
        Assert.Equal(Enum.Parse<JobState>(to), JobTable.On(Enum.Parse<JobState>(from), Enum.Parse<JobHappening>(happening)));

    [Fact]
    public void Every_other_event_changes_nothing()
    {
        var rows = AllEvents().Select(row => (row.Data.Item1, row.Data.Item2)).ToHashSet();
        var others = from state in _states
                     from happening in Enum.GetValues<JobHappening>()
                     where !rows.Contains((state.ToString(), happening.ToString()))
                     select (state, happening);

        Assert.All(others, pair => Assert.Null(JobTable.On(pair.state, pair.happening)));
    }

    [Fact]
    public void Nothing_leaves_a_final_state_and_nothing_enters_connecting()
    {
        var nexts = from state in _states
                    from happening in Enum.GetValues<JobHappening>()
                    let next = JobTable.On(state, happening)
                    where next is not null
                    select (state, next.Value);

        Assert.All(nexts, move => Assert.False(move.state.IsFinal() || move.Value == JobState.Connecting));
    }

    static JobCell Cell(string text) => text switch
    {
        "=" => new JobCell(null, S_OK),
        "INV" => new JobCell(null, DO_E_INVALID_STATE),
        "none" => new JobCell(null, DO_E_ERROR_INFORMATION_UNAVAILABLE),
        _ => new JobCell(Enum.Parse<JobState>(text), S_OK),
    };

    static string[][] Rows(string table) =>
        [.. table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
