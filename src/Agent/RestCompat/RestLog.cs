using Microsoft.Extensions.Logging;

namespace Haul.Agent.RestCompat;

/// <summary>What the REST interface logs. The numbers are permanent.</summary>
static partial class RestLog
{
    [LoggerMessage(101, LogLevel.Warning, "The REST interface answers at 127.0.0.1:{Port}, as {Directory} tells; every local user who reaches it can download as {User}")]
    public static partial void Started(ILogger log, int port, string directory, string user);

    [LoggerMessage(102, LogLevel.Warning, "The REST interface takes no connections for now: {Reason}")]
    public static partial void CannotAccept(ILogger log, string reason);

    [LoggerMessage(103, LogLevel.Information, "The REST interface takes connections again")]
    public static partial void AcceptsAgain(ILogger log);

    [LoggerMessage(104, LogLevel.Error, "A call of the REST interface failed inside; please report it")]
    public static partial void CallFailed(ILogger log, Exception exception);
}
