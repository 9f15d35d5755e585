using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>As whom the kernel judges this thread's access to files, by the raw calls that concern one thread only.</summary>
/// <remarks>
/// The C library's setgroups and its kin signal every thread of the process to change as well. The numbers below go to the kernel
/// itself, for which credentials are a property of the thread.
/// </remarks>
[SupportedOSPlatform("linux")]
static unsafe partial class ThreadIdentity
{
    static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    static readonly nint SetFsUidCall = IsArm ? 151 : 122;
    static readonly nint SetFsGidCall = IsArm ? 152 : 123;
    static readonly nint GetGroupsCall = IsArm ? 158 : 115;
    static readonly nint SetGroupsCall = IsArm ? 159 : 116;

    /// <summary>The thread's file system user. Asking is setting one that cannot be: the call returns the one before.</summary>
    public static uint Uid => SetUid(uint.MaxValue);

    /// <summary>The thread's file system group.</summary>
    public static uint Gid => SetGid(uint.MaxValue);

    /// <summary>Sets the file system user and returns the one before. Says nothing of success: read <see cref="Uid"/>.</summary>
    public static uint SetUid(uint uid) => (uint)SetIdByNumber(SetFsUidCall, (nint)uid);

    /// <summary>Sets the file system group and returns the one before. Says nothing of success: read <see cref="Gid"/>.</summary>
    public static uint SetGid(uint gid) => (uint)SetIdByNumber(SetFsGidCall, (nint)gid);

    /// <summary>The thread's supplementary groups.</summary>
    public static uint[] Groups()
    {
        var groups = new uint[GroupsByNumber(GetGroupsCall, 0, null)];
        fixed (uint* first = groups)
            _ = GroupsByNumber(GetGroupsCall, groups.Length, first);
        return groups;
    }

    /// <summary>Replaces the thread's supplementary groups.</summary>
    public static bool SetGroups(uint[] groups)
    {
        fixed (uint* first = groups)
            return GroupsByNumber(SetGroupsCall, groups.Length, first) == 0;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SetIdByNumber(nint number, nint id);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint GroupsByNumber(nint number, nint count, uint* groups);
}
