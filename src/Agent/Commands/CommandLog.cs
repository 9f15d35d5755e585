using Haul.Protocol.Api;
using Microsoft.Extensions.Logging;

namespace Haul.Agent.Commands;

/// <summary>What is logged of commands for notification classes. The numbers are permanent.</summary>
static partial class CommandLog
{
    [LoggerMessage(201, LogLevel.Information, "{Kind} of job {Job} starts {Program} as {User}")]
    public static partial void Starts(ILogger log, NotificationKind kind, Guid job, string program, string user);

    [LoggerMessage(202, LogLevel.Information, "{Program} of job {Job} ended well")]
    public static partial void EndedWell(ILogger log, string program, Guid job);

    [LoggerMessage(203, LogLevel.Warning, "{Program} of job {Job} {End}; it is started again while that is due")]
    public static partial void Failed(ILogger log, string program, Guid job, string end);

    [LoggerMessage(204, LogLevel.Information, "{Program} of job {Job} says: {Line}")]
    public static partial void Says(ILogger log, string program, Guid job, string line);

    [LoggerMessage(205, LogLevel.Warning, "A command for notifications is not used: {Reason}")]
    public static partial void CannotUse(ILogger log, string reason);

    [LoggerMessage(206, LogLevel.Warning, "{Program} of job {Job} cannot be ended ({Error}): give the agent the right CAP_KILL")]
    public static partial void CannotEnd(ILogger log, string program, Guid job, string error);
}
