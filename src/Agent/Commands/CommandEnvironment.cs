using System.Globalization;
using System.Runtime.Versioning;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;

namespace Haul.Agent.Commands;

/// <summary>All variables that a command has: those of a login, and what it is told.</summary>
[SupportedOSPlatform("linux")]
static class CommandEnvironment
{
    const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    const string LanguageVariable = "LANG";
    const string UsualLanguage = "C.UTF-8";

    /// <summary>The variables, as NAME=VALUE.</summary>
    /// <param name="due">What is to be told.</param>
    /// <param name="socketPath">Where the agent answers.</param>
    public static List<string> Of(DueNotification due, string socketPath)
    {
        var uid = due.Owner.Uid;
        var name = Users.NameOf(uid) ?? uid.ToString(CultureInfo.InvariantCulture);
        List<string> variables =
        [
            $"PATH={Path}",
            $"HOME={Users.HomeOf(uid) ?? "/"}",
            $"USER={name}",
            $"LOGNAME={name}",
            $"{LanguageVariable}={(Environment.GetEnvironmentVariable(LanguageVariable) is { Length: > 0 } language ? language : UsualLanguage)}",
            $"HAUL_JOB_ID={due.Job.Id:D}",
            $"HAUL_JOB_STATE={due.Job.State}",
            $"HAUL_NOTIFICATION={due.Kind}",
            $"HAUL_NOTIFICATION_CLSID={due.Job.NotificationClsid:D}",
            $"{AgentPaths.SocketVariable}={socketPath}",
        ];
        if (due is { Kind: NotificationKind.JobError, Job.Error: { } error })
            variables.Add($"HAUL_ERROR={error.Code.Hex}");
        return variables;
    }
}
