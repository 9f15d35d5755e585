using Microsoft.Extensions.Logging;

namespace Haul.Agent;

/// <summary>What the agent logs. The numbers are permanent.</summary>
static partial class AgentLog
{
    [LoggerMessage(1, LogLevel.Information, "Agent {Version} answers at {Socket}; jobs are recorded in {State}")]
    public static partial void Started(ILogger log, string version, string socket, string state);

    [LoggerMessage(2, LogLevel.Information, "Stopping: transfers go on when an agent runs again")]
    public static partial void Stopping(ILogger log);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(4, LogLevel.Error, "Not started: {Failure}")]
    public static partial void Refused(ILogger log, string failure);

    [LoggerMessage(5, LogLevel.Critical, "The engine failed inside; please report it")]
    public static partial void EngineFailed(ILogger log, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "{Method} {Path} failed inside; please report it")]
    public static partial void CallFailed(ILogger log, string method, string path, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "Calls under way were cut off after {Seconds} s")]
    public static partial void CutOff(ILogger log, double seconds);
}
