using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>What happened to a job.</summary>
public enum JobEventKind
{
    /// <summary>Nothing new: the job as it is, for a listener who comes late or missed events.</summary>
    Present = 0,

    /// <summary>It was created.</summary>
    Created = 1,

    /// <summary>It went to another state.</summary>
    State = 2,

    /// <summary>Files were added, transferred or placed.</summary>
    Files = 3,

    /// <summary>A property was set.</summary>
    Properties = 4,

    /// <summary>Bytes came. Coalesced, and not repeated to a listener who was away.</summary>
    Progress = 5,
}

/// <summary>One line of the agent's event stream.</summary>
/// <param name="Sequence">Grows with every event of the agent; where a listener asks to go on.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Job">The job right after it.</param>
public sealed record JobEvent(long Sequence, JobEventKind Kind, JobSnapshot Job);

/// <summary>What came of an operation on a job.</summary>
/// <param name="Code">S_OK, or another success code such as BG_S_PARTIAL_COMPLETE.</param>
/// <param name="Job">The job right after it.</param>
public sealed record JobReply(HResult Code, JobSnapshot Job);
