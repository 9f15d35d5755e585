using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>A scope in which this thread touches files as the caller: what the caller may not, the kernel refuses.</summary>
/// <remarks>
/// An agent that runs as root switches the groups and the file system user of the <b>thread</b>, for the few system calls of one
/// operation, and back. Per thread, because others serve other users, and the agent's own files, at the same time; seteuid
/// would change them all. While the switch lasts the kernel has taken root's rights over files (CAP_DAC_OVERRIDE, CAP_FOWNER,
/// CAP_CHOWN ...) from this thread, so that no check of ours has to be right for another user's file to be safe.
/// <para>
/// A ref struct: the compiler lets no await into the scope, so the thread that entered is the one that leaves. Inside, call
/// <see cref="Posix"/> and nothing else: a thread that starts there would inherit the identity, and a library that is loaded there
/// would be read as the caller. A thread that cannot go back ends the process.
/// </para>
/// </remarks>
[UnsupportedOSPlatform("windows")]
readonly ref struct ActingAs
{
    readonly bool _isSwitched;

    ActingAs(bool isSwitched) => _isSwitched = isSwitched;

    /// <summary>Whether this thread now acts as the caller. Where it does not, nothing may be done.</summary>
    public bool IsCaller { get; private init; }

    /// <summary>Becomes the caller, as far as files go.</summary>
    public static ActingAs Begin(SupplementaryGroups? groups, Caller caller)
    {
        if (caller.Uid == AgentIdentity.Uid)
            return new ActingAs(isSwitched: false) { IsCaller = true };
        if (AgentIdentity.Uid != 0 || groups is null || !OperatingSystem.IsLinux())
            return default;

        return Switch(groups.Of(caller), caller.Uid, caller.Gid)
            ? new ActingAs(isSwitched: true) { IsCaller = true }
            : default;
    }

    /// <summary>Becomes the agent again.</summary>
    public void Dispose()
    {
        if (_isSwitched && OperatingSystem.IsLinux())
            Return();
    }

    [SupportedOSPlatform("linux")]
    static bool Switch(uint[] groups, uint uid, uint gid)
    {
        if (!ThreadIdentity.SetGroups(groups))
            return false;

        ThreadIdentity.SetGid(gid);
        var before = ThreadIdentity.SetUid(uid);
        if (before != AgentIdentity.Uid)
            Environment.FailFast($"A thread of the agent carried the identity of uid {before}.");
        if (ThreadIdentity.Uid == uid && ThreadIdentity.Gid == gid)
            return true;

        Return();
        return false;
    }

    [SupportedOSPlatform("linux")]
    static void Return()
    {
        // The user first: root's rights over files come back with it.
        ThreadIdentity.SetUid(AgentIdentity.Uid);
        ThreadIdentity.SetGid(AgentIdentity.Gid);
        var areGroupsBack = ThreadIdentity.SetGroups(AgentIdentity.Groups);
        if (!areGroupsBack || ThreadIdentity.Uid != AgentIdentity.Uid || ThreadIdentity.Gid != AgentIdentity.Gid)
            Environment.FailFast("A thread that acted as a caller could not become the agent again.");
    }
}
