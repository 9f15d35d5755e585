using Microsoft.Extensions.Logging;

namespace Haul.Engine.Discovery;

/// <summary>What is logged of trackers. The numbers are permanent.</summary>
static partial class TrackerLog
{
    [LoggerMessage(341, LogLevel.Warning, "{Failure}; it is asked again in {Seconds} s, and peers of the local network are used meanwhile")]
    public static partial void Failed(ILogger log, string failure, int seconds);

    [LoggerMessage(342, LogLevel.Information, "The tracker {Tracker} answers; {Swarms} swarms are announced to it")]
    public static partial void Answers(ILogger log, string tracker, int swarms);
}
