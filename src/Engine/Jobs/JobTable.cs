using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Jobs;

/// <summary>What a client may ask of a job.</summary>
enum JobOperation
{
    AddFile,
    Resume,
    Suspend,
    Cancel,
    Complete,
    GetError,

    /// <summary>SetNotifyFlags and SetNoProgressTimeout.</summary>
    SetNotify,

    /// <summary>Every other setter.</summary>
    Set,
    Get,
}

/// <summary>What happens to a job without a client asking.</summary>
enum JobHappening
{
    /// <summary>A slot is free for one of its files, or its owner is logged on again.</summary>
    SlotFree,

    /// <summary>All its files wait for a slot again, or its owner logged off.</summary>
    SlotLost,

    /// <summary>The last file is here.</summary>
    LastFileTransferred,

    /// <summary>Nothing of it can go on before a retry; also network lost, cost or battery policy.</summary>
    RecoverableError,

    /// <summary>An error that does not go away by itself.</summary>
    FatalError,

    /// <summary>The time of a retry has come.</summary>
    RetryDue,

    /// <summary>No byte came within the no-progress timeout.</summary>
    NoProgress,

    /// <summary>Neither Complete nor Cancel within the greatest age.</summary>
    TooOld,
}

/// <summary>One cell: the state afterwards and the code that comes back.</summary>
/// <param name="Next">The state afterwards; null for unchanged.</param>
/// <param name="Code">S_OK or a failure.</param>
readonly record struct JobCell(JobState? Next, HResult Code);

/// <summary>The operation x state table and the event table of the contract, section 10.1, as data.</summary>
/// <remarks>
/// CONNECTING is never entered and has no row. Where the contract leaves a choice, the reading is in docs/decisions/0008-job-table.md.
/// </remarks>
static class JobTable
{
    static readonly JobCell Same = new(null, S_OK);
    static readonly JobCell Invalid = new(null, DO_E_INVALID_STATE);
    static readonly JobCell NoError = new(null, DO_E_ERROR_INFORMATION_UNAVAILABLE);
    static readonly JobCell Run = To(JobState.Transferring);
    static readonly JobCell Rest = To(JobState.Suspended);
    static readonly JobCell Gone = To(JobState.Cancelled);
    static readonly JobCell Over = To(JobState.Acknowledged);

    static readonly Dictionary<JobState, JobCell[]> Operations = new()
    {
        //                           AddFile  Resume   Suspend  Cancel   Complete GetError SetNotify Set      Get
        [JobState.Suspended] =      [Same,    Run,     Same,    Gone,    Over,    NoError, Same,     Same,    Same],
        [JobState.Queued] =         [Same,    Same,    Rest,    Gone,    Over,    NoError, Same,     Same,    Same],
        [JobState.Transferring] =   [Same,    Same,    Rest,    Gone,    Over,    NoError, Same,     Same,    Same],
        [JobState.TransientError] = [Same,    Run,     Rest,    Gone,    Over,    Same,    Same,     Same,    Same],
        [JobState.Error] =          [Same,    Run,     Same,    Gone,    Over,    Same,    Same,     Same,    Same],
        [JobState.Transferred] =    [Same,    Run,     Same,    Gone,    Over,    NoError, Same,     Same,    Same],
        [JobState.Acknowledged] =   [Invalid, Invalid, Invalid, Invalid, Invalid, NoError, Invalid,  Invalid, Same],
        [JobState.Cancelled] =      [Invalid, Invalid, Invalid, Invalid, Invalid, NoError, Invalid,  Invalid, Same],
    };

    static readonly Dictionary<(JobState, JobHappening), JobState> Happenings = new()
    {
        [(JobState.Queued, JobHappening.SlotFree)] = JobState.Transferring,
        [(JobState.Transferring, JobHappening.SlotLost)] = JobState.Queued,
        [(JobState.Transferring, JobHappening.LastFileTransferred)] = JobState.Transferred,
        [(JobState.Queued, JobHappening.LastFileTransferred)] = JobState.Transferred,
        [(JobState.Transferring, JobHappening.RecoverableError)] = JobState.TransientError,
        [(JobState.Queued, JobHappening.RecoverableError)] = JobState.TransientError,
        [(JobState.Transferring, JobHappening.FatalError)] = JobState.Error,
        [(JobState.Queued, JobHappening.FatalError)] = JobState.Error,
        [(JobState.TransientError, JobHappening.FatalError)] = JobState.Error,
        [(JobState.TransientError, JobHappening.RetryDue)] = JobState.Transferring,
        [(JobState.TransientError, JobHappening.NoProgress)] = JobState.Error,
        [(JobState.Suspended, JobHappening.TooOld)] = JobState.Cancelled,
        [(JobState.Queued, JobHappening.TooOld)] = JobState.Cancelled,
        [(JobState.Transferring, JobHappening.TooOld)] = JobState.Cancelled,
        [(JobState.TransientError, JobHappening.TooOld)] = JobState.Cancelled,
        [(JobState.Error, JobHappening.TooOld)] = JobState.Cancelled,
        [(JobState.Transferred, JobHappening.TooOld)] = JobState.Cancelled,
    };

    /// <summary>What an operation does in a state. For Resume, whether there is anything to transfer decides further: see <see cref="Resume"/>.</summary>
    public static JobCell On(JobState state, JobOperation operation) => Operations[state][(int)operation];

    /// <summary>Resume, which depends on the files too.</summary>
    /// <param name="state">The state it is called in.</param>
    /// <param name="hasFiles">The job has files.</param>
    /// <param name="hasMissingFiles">Some of them are not here yet.</param>
    public static JobCell Resume(JobState state, bool hasFiles, bool hasMissingFiles)
    {
        var cell = On(state, JobOperation.Resume);
        if (cell.Code.Failed)
            return cell;
        if (!hasFiles)
            return new JobCell(null, DO_E_JOB_EMPTY);
        return state == JobState.Transferred && !hasMissingFiles ? Same : cell;
    }

    /// <summary>The state after something happened; null where it changes nothing.</summary>
    public static JobState? On(JobState state, JobHappening happening) =>
        Happenings.TryGetValue((state, happening), out var next) ? next : null;

    static JobCell To(JobState next) => new(next, S_OK);
}
