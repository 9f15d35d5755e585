using Microsoft.Extensions.Logging;

namespace Haul.Tracker;

/// <summary>What the tracker logs. The numbers are permanent.</summary>
static partial class TrackerLog
{
    [LoggerMessage(1, LogLevel.Information, "Tracker {Version} answers at {Listens}; it keeps its swarms in {Register} and serves {Groups}")]
    public static partial void Started(ILogger log, string version, string listens, string register, string groups);

    [LoggerMessage(2, LogLevel.Information, "Stopping: agents announce again when a tracker runs")]
    public static partial void Stopping(ILogger log);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(4, LogLevel.Error, "Not started: {Failure}")]
    public static partial void Refused(ILogger log, string failure);

    [LoggerMessage(5, LogLevel.Error, "{Method} {Path} failed inside")]
    public static partial void CallFailed(ILogger log, string method, string path, Exception failure);

    [LoggerMessage(6, LogLevel.Information, "Read {Path}: {Count} groups")]
    public static partial void GroupsRead(ILogger log, string path, int count);

    [LoggerMessage(7, LogLevel.Warning, "{Failure}; the {Count} groups read before stay")]
    public static partial void GroupsKept(ILogger log, string failure, int count);

    [LoggerMessage(8, LogLevel.Information, "Read the certificate {Path}, good until {Until}")]
    public static partial void CertificateRead(ILogger log, string path, DateTime until);

    [LoggerMessage(9, LogLevel.Warning, "{Failure}; the certificate read before stays")]
    public static partial void CertificateKept(ILogger log, string failure);

    [LoggerMessage(10, LogLevel.Warning, "Newcomers are turned away: {Peers} peers are recorded, and that is the limit; let other trackers serve some of the groups")]
    public static partial void Full(ILogger log, int peers);

    [LoggerMessage(11, LogLevel.Warning, "Agents of other trackers are not known until their Redis can be reached: {Failure}")]
    public static partial void RegisterLost(ILogger log, string failure);

    [LoggerMessage(12, LogLevel.Information, "The Redis can be reached again: what other trackers have heard meanwhile is known")]
    public static partial void RegisterBack(ILogger log);

    [LoggerMessage(14, LogLevel.Warning, "Passed over announces in the Redis that this version cannot read; run one version on all trackers. This is said once")]
    public static partial void EntryUnread(ILogger log);

    [LoggerMessage(13, LogLevel.Warning, "Refused an agent at {Address} that names {Group}: {Failure}. Refused since this was said last: {Count}; it is said again after {Interval} at the earliest")]
    public static partial void AgentRefused(ILogger log, string address, string group, string failure, long count, TimeSpan interval);
}
