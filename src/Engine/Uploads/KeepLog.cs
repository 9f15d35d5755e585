using Microsoft.Extensions.Logging;

namespace Haul.Engine.Uploads;

/// <summary>What is logged of kept contents. The numbers are permanent.</summary>
static partial class KeepLog
{
    [LoggerMessage(351, LogLevel.Information, "Content {Content} is not kept for peers any more: {Reason}")]
    public static partial void Dropped(ILogger log, string content, string reason);

    [LoggerMessage(352, LogLevel.Information, "Content {Content} is kept for peers no longer than this agent runs: {Reason}")]
    public static partial void Held(ILogger log, string content, string reason);

    [LoggerMessage(353, LogLevel.Debug, "Content {Content} made room for others, or was kept long enough")]
    public static partial void Evicted(ILogger log, string content);

    [LoggerMessage(354, LogLevel.Warning, "Contents are kept for peers no longer than this agent runs: {Reason}")]
    public static partial void HasNoShelf(ILogger log, string reason);
}
