using Haul.Protocol.Contract;

namespace Haul.Protocol.Api;

/// <summary>The agent as it is now, as far as the caller may see it: an administrator sees the jobs of all users, others their own.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="ProcessId">The process that has the jobs.</param>
/// <param name="Uid">The user it runs as; on Windows 0.</param>
/// <param name="IsSystem">It serves all users of the machine; else one.</param>
/// <param name="SocketPath">Where it listens; empty for an engine inside the caller's own process.</param>
/// <param name="StateDirectory">Where jobs are recorded.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Jobs">How many jobs there are in each state that has any.</param>
/// <param name="ActiveTransfers">Files that are being fetched.</param>
/// <param name="BytesPerSecond">What they bring together, over the last seconds.</param>
public sealed record AgentStatus(
    string Version,
    int ProcessId,
    uint Uid,
    bool IsSystem,
    string SocketPath,
    string StateDirectory,
    DateTimeOffset StartedAt,
    IReadOnlyDictionary<JobState, int> Jobs,
    int ActiveTransfers,
    long BytesPerSecond);
