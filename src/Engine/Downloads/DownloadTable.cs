using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Downloads;

/// <summary>What a client may ask of a download.</summary>
enum DownloadOperation
{
    /// <summary>Start with the ranges of the earlier start.</summary>
    StartAgain,

    /// <summary>Start with ranges, or with none for the whole file.</summary>
    Start,
    Pause,
    Finalize,
    Abort,
}

/// <summary>One cell: the state afterwards and the code that comes back.</summary>
/// <param name="Next">The state afterwards; null for unchanged.</param>
/// <param name="Code">S_OK or a failure.</param>
readonly record struct DownloadCell(DownloadState? Next, HResult Code);

/// <summary>The operation x state table of downloads, as data.</summary>
/// <remarks>Where the contract leaves a choice, the reading is in docs/decisions/0014-downloads-over-jobs.md.</remarks>
static class DownloadTable
{
    static readonly DownloadCell Same = new(null, S_OK);
    static readonly DownloadCell Invalid = new(null, DO_E_INVALID_STATE);
    static readonly DownloadCell Expected = new(null, DO_E_DOWNLOAD_RANGES_EXPECTED);
    static readonly DownloadCell Run = new(DownloadState.Transferring, S_OK);
    static readonly DownloadCell Rest = new(DownloadState.Paused, S_OK);
    static readonly DownloadCell Over = new(DownloadState.Finalized, S_OK);
    static readonly DownloadCell Gone = new(DownloadState.Aborted, S_OK);

    static readonly Dictionary<DownloadState, DownloadCell[]> Operations = new()
    {
        //                              StartAgain Start    Pause    Finalize Abort
        [DownloadState.Created] =      [Expected,  Run,     Same,    Invalid, Gone],
        [DownloadState.Transferring] = [Same,      Same,    Rest,    Invalid, Gone],
        [DownloadState.Transferred] =  [Same,      Run,     Same,    Over,    Gone],
        [DownloadState.Finalized] =    [Invalid,   Invalid, Invalid, Same,    Invalid],
        [DownloadState.Aborted] =      [Invalid,   Invalid, Invalid, Invalid, Same],
        [DownloadState.Paused] =       [Run,       Run,     Same,    Invalid, Gone],
    };

    /// <summary>What an operation does in a state.</summary>
    public static DownloadCell On(DownloadState state, DownloadOperation operation) => Operations[state][(int)operation];

    /// <summary>The failure of a cell that refuses.</summary>
    public static Failure Refuse(Guid id, DownloadState state, HResult code) => code == DO_E_DOWNLOAD_RANGES_EXPECTED
        ? new Failure(code, $"Download {id} was never started: name its ranges, or an empty list for the whole file")
        : new Failure(code, $"Download {id} is {state}, which does not allow this");
}
