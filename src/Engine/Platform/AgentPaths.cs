using System.Globalization;

namespace Haul.Engine.Platform;

/// <summary>Where agents listen and keep their state when nobody says otherwise.</summary>
static class AgentPaths
{
    /// <summary>Names the socket, for agents and programs alike.</summary>
    public const string SocketVariable = "HAUL_SOCKET";

    /// <summary>Of the agent that serves all users.</summary>
    public const string SystemSocket = "/run/haul/agent.sock";

    const string SystemState = "/var/lib/haul";
    const string SystemNotifications = "/etc/haul/notifications";

    /// <summary>The socket of a new agent.</summary>
    public static string SocketOf(bool isSystem) => Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } named ? named : isSystem ? SystemSocket : UserSocket();

    /// <summary>The state of a new agent, or of an engine in a program.</summary>
    public static string StateOf(bool isSystem)
    {
        if (isSystem)
            return SystemState;
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "haul");
        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named && Path.IsPathRooted(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "state");
        return Path.Combine(home, "haul");
    }

    /// <summary>Where the administrator of an agent registers commands for notification classes.</summary>
    public static string NotificationsOf(bool isSystem)
    {
        if (isSystem)
            return SystemNotifications;
        var home = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } named && Path.IsPathRooted(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config");
        return Path.Combine(home, "haul", "notifications");
    }

    /// <summary>Where a program looks for an agent, in order: the one that is named, else the user's own, then the system's.</summary>
    public static IReadOnlyList<string> SocketsToTry() => Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } named ? [named] : [UserSocket(), SystemSocket];

    static string UserSocket()
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(StateOf(isSystem: false), "agent.sock");
        return Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathRooted(runtime)
            ? Path.Combine(runtime, "haul", "agent.sock")
            : string.Create(CultureInfo.InvariantCulture, $"/tmp/haul-{PosixNative.GetEUid()}/agent.sock");
    }
}
